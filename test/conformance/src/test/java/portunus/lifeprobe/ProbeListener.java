// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** Passed by reference in both directions. */
@Service("portunus.lifeprobe.listener")
public interface ProbeListener {
  @MethodId(1)
  long told(long value);
}
