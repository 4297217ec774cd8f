// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

/** Which end of a link this task holds. */
public enum LinkSide {
  CLIENT(0, 1),
  SERVICE(1, 0);

  private final int outgoing;
  private final int incoming;

  LinkSide(int outgoing, int incoming) {
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  /** The direction that this side writes. */
  int outgoing() {
    return outgoing;
  }

  /** The direction that this side reads. */
  int incoming() {
    return incoming;
  }
}
