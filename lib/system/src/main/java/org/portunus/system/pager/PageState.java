// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

/**
 * What is known of one page.
 *
 * <pre>
 *   MISSING --touched--> ASKED --supplied--> CLEAN --put--> DIRTY
 *      |                   |                   ^              |
 *      |                   |                   +--given back--+
 *      +----the pager is lost or the memory closed----> LOST
 * </pre>
 */
enum PageState {
  MISSING,
  /** Some thread asks the pager for it. */
  ASKED,
  CLEAN,
  /** The pager does not have what was put there. */
  DIRTY,
  LOST;

  boolean isThere() {
    return this == CLEAN || this == DIRTY;
  }
}
