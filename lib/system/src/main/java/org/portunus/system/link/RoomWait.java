// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import org.portunus.abi.link.LinkLayout;
import org.portunus.linux.process.Processor;

/**
 * Waits by spinning for a reader who is at work to give room back; on the reader's processor it
 * gives way instead. What the reader says is a hint here. Used by one thread at a time; another
 * that does so too only makes the budget a worse guess.
 */
final class RoomWait {
  private static final int LOOKS_BEFORE_CLOCK = 16;

  private final MemorySegment memory;
  private final int direction;
  private final SpinBudget budget = new SpinBudget();

  /**
   * @param direction where the words of the direction begin that is written
   */
  RoomWait(MemorySegment memory, int direction) {
    this.memory = memory;
    this.direction = direction;
  }

  /** Whether the reader has given some back meanwhile. */
  boolean spin() {
    long before = said();
    if (Words.getInt(memory, direction + LinkLayout.PROCESSOR) == Processor.current() + 1) {
      Processor.giveWay();
      return said() != before;
    }
    long begin = System.nanoTime();
    long most = budget.next();
    long spent;
    do {
      for (int i = 0; i < LOOKS_BEFORE_CLOCK; i++) {
        if (said() != before) {
          budget.paid(System.nanoTime() - begin);
          return true;
        }
        Thread.onSpinWait();
      }
      spent = System.nanoTime() - begin;
    } while (spent < most);
    budget.wasted();
    return false;
  }

  private long said() {
    return Words.getLong(memory, direction + LinkLayout.CONSUMED);
  }
}
