// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.Service;

/** Passed by reference in both directions. */
@Service("org.portunus.conformance.target.listener")
public interface TargetListener {
  int TOLD = 1;
  int HEARD = 2;

  @MethodId(TOLD)
  int told(int value);

  @MethodId(HEARD)
  @Oneway
  void heard(int value);
}
