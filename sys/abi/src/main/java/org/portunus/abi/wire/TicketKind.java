// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;

/** What kind of right a ticket stands for. */
public enum TicketKind {
  /** A regular file open for reading only, or a fully sealed memory file: one descriptor. */
  FILE(1),
  /** A memory file with the seals WRITE, GROW, SHRINK and SEAL: one descriptor. */
  MEMORY(2),
  /** A right to a port: a name and a disposition. */
  PORT(3);

  private final int number;

  TicketKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<TicketKind> of(int number) {
    return number >= 1 && number <= 3 ? Optional.of(values()[number - 1]) : Optional.empty();
  }

  static TicketKind read(WireReader in) throws MalformedFrameException {
    int number = in.u8("kind of ticket");
    return of(number).orElseThrow(() -> new MalformedFrameException("kind of ticket is " + number));
  }
}
