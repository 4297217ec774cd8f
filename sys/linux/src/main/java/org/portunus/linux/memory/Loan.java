// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Lends memory that is used again: what the borrower got is of no use after the loan. */
public final class Loan {
  /** Keeps what is lent from the collector for as long as the borrower's arena has this action. */
  private record Lent(MemorySegment memory) implements Consumer<MemorySegment> {
    @Override
    public void accept(MemorySegment returned) {}
  }

  private Loan() {}

  /**
   * The same bytes, to be read until the arena closes; every later touch is an
   * IllegalStateException.
   *
   * @param memory native; it lives at least until then
   */
  @SuppressWarnings("restricted") // the bounds stay, only the scope is narrower
  public static MemorySegment toRead(MemorySegment memory, Arena borrowing) {
    // SAFETY: the segment has the bounds that it had, and the action keeps its memory alive for as
    // long as the arena is open.
    return memory.reinterpret(borrowing, new Lent(memory)).asReadOnly();
  }
}
