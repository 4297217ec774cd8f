// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** How far a link is. */
public enum LinkState {
  /** The service has not taken its end. */
  OFFERED,
  /** Calls go from task to task, without the kernel. */
  DIRECT,
  /** One side is done with it. */
  CLOSING,
  /** Revoked, and a side has not confirmed it. */
  REVOKED
}
