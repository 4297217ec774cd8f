// SPDX-License-Identifier: Apache-2.0
package portunus.launched;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** A service whose first call needs all of its classes. */
@Service("portunus.launched")
public interface Launched {
  /** A number that every class of the bundle has a part in. */
  @MethodId(1)
  int sum();
}
