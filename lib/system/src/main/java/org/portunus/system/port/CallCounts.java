// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

/** How many calls a service has taken and answered, read when the kernel asks. */
public interface CallCounts {
  long taken();

  long answered();
}
