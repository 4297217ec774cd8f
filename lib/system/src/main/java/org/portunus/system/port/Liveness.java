// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

/** What is known of the kernel at the other end. */
public enum Liveness {
  ALIVE,
  /** It did not answer in time. */
  SILENT,
  ENDED
}
