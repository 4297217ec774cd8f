// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.id.TaskId;

class CrashReportTest {
  private static final TaskId TASK = new TaskId(7, 3);
  private static final String HOSTILE = "\u001b[2J\n\rcrash version=1 \"quoted\" \\ \u202e";

  private static CrashReport report(String text, int lines) {
    return new CrashReport(
        new CrashReport.Head(
            TASK, Instant.parse("2026-11-23T01:02:03Z"), "job", "ab", -1, 6, text, 2, 30, 40, 50),
        List.of(
            new CrashReport.Connection(
                9, new TaskId(7, 2), text, List.of(new LastCalls.Call(4, 5)))),
        List.of(new CrashReport.Output("ERR", text)),
        Collections.nCopies(lines, text),
        0);
  }

  @Test
  void aReportIsReadBackAsItWasWritten() {
    CrashReport report = report(HOSTILE, 3);
    assertThat(CrashReport.parse(report.toBytes())).contains(report);
    assertThat(report.name()).isEqualTo("crash-7-3");
    assertThat(report.head().died()).startsWith("SIGABRT (6): ");
  }

  @Test
  void theFormOnDiskStays() {
    assertThat(new String(report("why", 1).toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            crash version=1 task=task-7-3 time=2026-11-23T01:02:03Z label=job identity=ab exit=-1 \
            signal=6 reason=why runs=2 processor.us=30 rss.kib=40 alive.ms=50
            connection number=9 client=task-7-2 label=why
            call connection=9 number=4 method=5
            output level=ERR text=why
            fatal text=why
            """);
  }

  @Test
  void whatTheTaskWroteMakesNoLineAndNoControlCharacter() {
    String file = new String(report(HOSTILE, 1).toBytes(), StandardCharsets.UTF_8);
    assertThat(file.lines()).hasSize(5);
    assertThat(file.replace("\n", "").chars().filter(Character::isISOControl)).isEmpty();
  }

  @Test
  void aReportIsBoundedAndSaysHowMuchItLeftOut() {
    CrashReport large = report("\u0001".repeat(9000), 1000);
    byte[] bytes = large.toBytes();
    assertThat(bytes.length).isBetween(CrashReport.MAX_BYTES / 2, CrashReport.MAX_BYTES);
    CrashReport read = CrashReport.parse(bytes).orElseThrow();
    assertThat(read.fatal()).isNotEmpty();
    assertThat(read.fatal().size() + read.cut()).isEqualTo(1000);
  }

  @Test
  void theSignalThatAJavaMachineTellsIsNamedAsTold() {
    CrashReport.Head head = report("", 0).head();
    List<String> fatal =
        List.of("# A fatal error has been detected:", "#", "#  SIGSEGV (0xb) at pc=0x1, pid=1");
    CrashReport told = new CrashReport(head, List.of(), List.of(), fatal, 0);
    assertThat(told.died()).isEqualTo("SIGABRT (6) (SIGSEGV, told by its Java machine)");
    CrashReport forged = new CrashReport(head, List.of(), List.of(), List.of("# SIG\u001b[2J "), 0);
    assertThat(forged.died()).isEqualTo("SIGABRT (6)");
  }

  @Test
  void anotherFormIsRefused() {
    for (String other : List.of("", "x", "fatal text=a", "crash version=1 task=task-x")) {
      assertThat(CrashReport.parse(other.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
  }

  @Test
  void signalsHaveTheirNames() {
    assertThat(SignalName.of(11)).isEqualTo("SIGSEGV");
    assertThat(SignalName.of(31)).isEqualTo("SIGSYS");
    assertThat(SignalName.of(34)).isEqualTo("signal 34");
  }
}
