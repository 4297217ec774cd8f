// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.portunus.abi.log.LogLine;

class OutputTailTest {
  private static final String FATAL =
      "# A fatal error has been detected by the Java Runtime Environment:";

  @Test
  void theLastLinesAreKeptWithinTheirBounds() {
    OutputTail tail = new OutputTail();
    for (int i = 0; i < 1000; i++) {
      tail.line(LogLine.Level.OUT, "line " + i);
    }
    OutputTail.Kept kept = tail.take();
    assertThat(kept.lines()).hasSize(OutputTail.MAX_LINES);
    assertThat(kept.lines().getLast().text()).isEqualTo("line 999");
    for (int i = 0; i < 10; i++) {
      tail.line(LogLine.Level.OUT, "x".repeat(OutputTail.MAX_CHARS / 2 + 1));
    }
    assertThat(tail.take().lines()).hasSize(1);
  }

  @Test
  void theErrorReportOfAJavaMachineIsKeptFromItsFirstLineOn() {
    OutputTail tail = new OutputTail();
    AtomicLong room = new AtomicLong(1 << 20);
    tail.opened(room);
    tail.line(LogLine.Level.OUT, FATAL);
    tail.line(LogLine.Level.ERR, "before");
    tail.line(LogLine.Level.ERR, FATAL);
    tail.line(LogLine.Level.ERR, "#  SIGSEGV (0xb)");
    tail.line(LogLine.Level.OUT, "still here");
    assertThat(room.get()).isLessThan(1 << 20);
    OutputTail.Kept kept = tail.take();
    assertThat(kept.fatal()).containsExactly(FATAL, "#  SIGSEGV (0xb)");
    assertThat(kept.lines()).extracting(line -> line.text()).contains("before", "still here");
    assertThat(room.get()).as("given back").isEqualTo(1 << 20);
  }

  @Test
  void aTaskThatPretendsKeepsNoMoreThanOthersLeaveIt() {
    AtomicLong room = new AtomicLong(1000);
    OutputTail first = new OutputTail();
    OutputTail second = new OutputTail();
    first.opened(room);
    second.opened(room);
    for (OutputTail tail : new OutputTail[] {first, second}) {
      tail.line(LogLine.Level.ERR, FATAL);
      for (int i = 0; i < 100; i++) {
        tail.line(LogLine.Level.ERR, "0123456789");
      }
    }
    assertThat(room.get()).isBetween(0L, 10L);
    assertThat(first.take().cut()).isPositive();
    assertThat(second.take().cut()).isEqualTo(101);
    assertThat(room.get()).isEqualTo(1000);
  }

  @Test
  void theEndOfAllStreamsIsToldOnceAlsoToWhoAsksLater() {
    OutputTail tail = new OutputTail();
    AtomicInteger told = new AtomicInteger();
    AtomicLong room = new AtomicLong();
    tail.opened(room);
    tail.opened(room);
    tail.whenEnded(told::incrementAndGet);
    tail.streamEnded();
    assertThat(told).hasValue(0);
    tail.streamEnded();
    assertThat(told).hasValue(1);
    tail.whenEnded(told::incrementAndGet);
    assertThat(told).hasValue(2);
  }
}
