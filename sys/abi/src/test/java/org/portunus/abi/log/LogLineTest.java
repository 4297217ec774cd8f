// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.time.LogTime;

class LogLineTest {
  private static final LogTime TIME =
      new LogTime(Instant.parse("2026-11-22T08:00:00.000001Z"), 12_345_678_000L);

  private static LogLine line(String text) {
    return new LogLine(
        TIME, "org.example.a", Optional.of(new TaskId(3, 17)), LogLine.Level.ERR, text);
  }

  @Test
  void goldenLine() {
    assertThat(line("a\tb\u001b[2J \\ x\ny").format())
        .isEqualTo(
            "2026-11-22T08:00:00.000001Z +12.345678 org.example.a[task-3-17] ERR"
                + " a\\tb\\e[2J \\\\ x\\ny");
    LogLine event =
        new LogLine(
            TIME,
            "launchd",
            Optional.empty(),
            LogLine.Level.EVENT,
            LogEvent.of("job.start").with("label", "a.b").with("reason", "on demand").text());
    assertThat(event.format())
        .isEqualTo(
            "2026-11-22T08:00:00.000001Z +12.345678 launchd EVENT"
                + " job.start label=a.b reason=\"on demand\"");
  }

  @Test
  void hostileTextStaysOneHarmlessLine() {
    String hostile = "\u009b31m\u202e\u2028\u0000\u007f\r\n2026 launchd EVENT forged \ud800 é 漢";
    String written = line(hostile).format();
    assertThat(written.chars().noneMatch(Character::isISOControl)).isTrue();
    assertThat(written).doesNotContain("\u202e", "\u2028").contains("é 漢").contains("\\u{202e}");
    assertThat(LogLine.parse(written)).contains(line(hostile));
  }

  @Test
  void anyTextComesBack() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      int[] points = random.ints(random.nextInt(30), 0, 0x2fff).toArray();
      String text = new String(points, 0, points.length);
      assertThat(LogLine.parse(line(text).format())).as("seed 7, text %d", i).contains(line(text));
      LogEvent event = LogEvent.of("e").with("k", text).with("l", "x");
      assertThat(LogEvent.parse(event.text())).as("seed 7, text %d", i).contains(event);
    }
  }

  @Test
  void longTextIsCutAtWholeCharactersAndEscapes() {
    for (int lead = 0; lead < 12; lead++) {
      String written = line("x".repeat(lead) + "\u202e漢".repeat(4000)).format();
      String text = written.substring(written.indexOf("ERR ") + 4);
      assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(LogLine.MAX_TEXT);
      assertThat(text).endsWith(" [cut]");
      assertThat(LogLine.parse(written)).isPresent();
    }
  }

  @Test
  void otherFormsAreNotLines() {
    assertThat(LogLine.parse("")).isEmpty();
    assertThat(LogLine.parse("hello")).isEmpty();
    assertThat(LogLine.parse(line("a").format().replace("ERR", "EEE"))).isEmpty();
    assertThat(LogLine.parse(line("a").format().replace("task-3-17", "task-3-"))).isEmpty();
    assertThat(LogLine.parse(line("a").format() + "\\q")).isEmpty();
    assertThat(LogEvent.parse("Not an event")).isEmpty();
    assertThat(LogEvent.parse("e k=\"open")).isEmpty();
    assertThatThrownBy(() -> new LogLine(TIME, "a b", Optional.empty(), LogLine.Level.OUT, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
