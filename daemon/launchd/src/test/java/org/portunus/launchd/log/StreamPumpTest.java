// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogLine;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;

@Timeout(60)
class StreamPumpTest {
  private static final TaskId TASK = new TaskId(1, 2);

  private final AtomicLong clock = new AtomicLong();

  private List<LogLine> pump(Path folder, byte[]... writes) throws Exception {
    Path file = folder.resolve("log");
    int flags = OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.APPEND;
    try (Descriptor log = Descriptor.open(file, flags, 0600);
        StreamPump pump = StreamPump.start(new LogWriter(log, clock::get), clock::get)) {
      StreamPump.Owner owner = new StreamPump.Owner("org.example.job");
      owner.started(TASK);
      try (Pipe out = Pipe.create()) {
        pump.read(owner, List.of(Descriptor.own(out.reader().release())));
        for (byte[] bytes : writes) {
          out.writer().writeFully(bytes);
        }
      }
    }
    List<LogLine> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(LogLine.parse(line).orElseThrow(() -> new AssertionError("no log line: " + line)));
    }
    return lines;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void linesReachTheLogWithTheirTaskEscaped(@TempDir Path folder) throws Exception {
    List<LogLine> lines =
        pump(folder, bytes("one\ntw"), bytes("o\u001b[2J\r\n\nlast without end"), new byte[] {-1});
    assertThat(lines)
        .extracting(LogLine::text)
        .containsExactly("one", "two\u001b[2J\r", "", "last without end\ufffd");
    assertThat(lines)
        .allSatisfy(line -> {
          assertThat(line.source()).isEqualTo("org.example.job");
          assertThat(line.task()).contains(TASK);
          assertThat(line.level()).isEqualTo(LogLine.Level.OUT);
        });
    assertThat(Files.readString(folder.resolve("log"))).doesNotContain("\u001b", "\r");
  }

  @Test
  void forgedLinesStayText(@TempDir Path folder) throws Exception {
    String forged = "2026-11-22T08:00:00.000000Z +1.000000 launchd EVENT job.start label=x";
    assertThat(pump(folder, bytes(forged + "\n")))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.source()).isEqualTo("org.example.job");
          assertThat(line.text()).isEqualTo(forged);
        });
  }

  @Test
  void longLinesAreCutAndCounted(@TempDir Path folder) throws Exception {
    List<LogLine> lines = pump(folder, bytes("x".repeat(100_000) + "\nshort\n"));
    assertThat(lines.getFirst().text())
        .isEqualTo("x".repeat(LineSplitter.MAX_LINE) + " [95904 bytes cut]");
    assertThat(lines.getLast().text()).isEqualTo("short");
  }

  @Test
  void aFloodIsLimitedAndCounted(@TempDir Path folder) throws Exception {
    List<LogLine> lines = pump(folder, bytes("flood\n".repeat(10_000)));
    assertThat(lines).hasSize(JobOutput.BURST + 1);
    assertThat(lines.getLast().level()).isEqualTo(LogLine.Level.WARN);
    assertThat(lines.getLast().text()).isEqualTo("9600 lines dropped");
  }

  @Test
  void theRateRefills() {
    RateLimit rate = new RateLimit(200, 400, clock::get);
    assertThat(taken(rate)).isEqualTo(400);
    clock.addAndGet(1_000_000_000L);
    assertThat(taken(rate)).isEqualTo(200);
    clock.addAndGet(3_600_000_000_000L);
    assertThat(taken(rate)).isEqualTo(400);
    clock.addAndGet(-5);
    assertThat(taken(rate)).isZero();
  }

  private static int taken(RateLimit rate) {
    int taken = 0;
    while (taken < 10_000 && rate.tryTake()) {
      taken++;
    }
    return taken;
  }
}
