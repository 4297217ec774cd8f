// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

/**
 * A mount that a sandbox must have; any other is a violation.
 *
 * @param point as the task sees it
 */
public record ExpectedMount(String point, Kind kind) {
  /** What its options must be, mount(8). */
  public enum Kind {
    /** {@code ro,nosuid,nodev}. */
    READ_ONLY,
    /** {@code nosuid} only: one device node. */
    DEVICE,
    /** {@code rw,nosuid,nodev}: files of the task's own, in memory. */
    OWN_FILES
  }
}
