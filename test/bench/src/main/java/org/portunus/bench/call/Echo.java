// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** What is called. */
@Service("org.portunus.bench.echo")
public interface Echo {
  /** Gives it back. */
  @MethodId(1)
  Record64 echo(Record64 record);
}
