// SPDX-License-Identifier: Apache-2.0
package portunus.rehearsal;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** Calls that pass every usual kind of value in both directions. */
@Service("portunus.rehearsal")
public interface Rehearsal {
  /** Gives back what it is given. */
  @MethodId(1)
  Values echo(Values values);

  /** The cheapest call. */
  @MethodId(2)
  int version();
}
