// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WhyVerbTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String JOB = "tutorial.greeter";

  @TempDir Path folder;

  private static EventId id(long counter) {
    return new EventId(7, counter);
  }

  private void write(String... lines) throws IOException {
    Files.write(
        folder.resolve("log"),
        Arrays.asList(lines),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private void event(long counter, LogEvent event, long... causes) throws IOException {
    List<EventId> because = Arrays.stream(causes).mapToObj(WhyVerbTest::id).toList();
    String text = event.because(because).with(id(counter)).text();
    write(LogLine.now("kernel", Optional.empty(), LogLine.Level.EVENT, text).format());
  }

  private CapturedRun why(String... arguments) {
    List<String> all = new ArrayList<>(List.of("why", "--run", folder.toString()));
    all.addAll(List.of(arguments));
    return CapturedRun.of(all.toArray(String[]::new));
  }

  private static List<String> names(JsonNode events) {
    List<String> names = new ArrayList<>();
    events.forEach(each -> names.add(each.get("name").stringValue()));
    return names;
  }

  private void aLateCall() throws IOException {
    String why = "limit.time: call 3";
    event(4, LogEvent.of("job.start").with("label", JOB).with("reason", "demand"));
    event(8, LogEvent.of("call.overdue").with("label", "outside").with("why", why));
    event(12, LogEvent.of("task.kill").with("label", JOB).with("why", why), 8);
    event(16, LogEvent.of("task.end").with("label", JOB).with("why", why), 12);
    event(17, LogEvent.of("job.crash").with("label", JOB).with("reason", "signal 9: " + why), 16);
    event(21, LogEvent.of("job.start").with("label", JOB).with("reason", "demand"), 17);
  }

  @Test
  void aChainIsToldFromTheEventToItsRoot() throws Exception {
    aLateCall();
    CapturedRun text = why("event-7-17");
    assertThat(text.status()).isZero();
    assertThat(text.out().lines().filter(line -> line.contains("event-7-")))
        .containsExactly(
            "job.crash event-7-17",
            "because task.end event-7-16",
            "because task.kill event-7-12",
            "because call.overdue event-7-8");
    assertThat(text.out())
        .contains("label      " + JOB, "fix (limit.time): " + ErrorCode.DEADLINE.fix())
        .doesNotContain("what followed", "job.start");
    assertThat(text.err()).isEmpty();

    JsonNode json = JSON.readTree(why("event-7-17", "--effects", "--json", "-").out());
    assertThat(json.get("event").stringValue()).isEqualTo("event-7-17");
    assertThat(names(json.get("chain")))
        .containsExactly("job.crash", "task.end", "task.kill", "call.overdue");
    assertThat(names(json.get("effects"))).containsExactly("job.start");
    JsonNode crash = json.get("chain").get(0);
    assertThat(crash.get("causes").get(0).stringValue()).isEqualTo("event-7-16");
    assertThat(crash.get("error").stringValue()).isEqualTo("limit.time");
    assertThat(crash.get("fields").propertyNames()).containsExactly("label", "reason");
    assertThat(json.get("missing").size()).isZero();
  }

  @Test
  void whatFollowedIsToldToo() throws Exception {
    aLateCall();
    String out = why("--effects", "event-7-8").out();
    assertThat(out.substring(out.indexOf("what followed")))
        .contains("event-7-12", "event-7-16", "event-7-17", "event-7-21")
        .doesNotContain("event-7-4 ");
    assertThat(why("--effects", "event-7-21").out()).contains("nothing followed from it");
  }

  @Test
  void theLatestAreListedAndTheLastIsExplained() throws Exception {
    aLateCall();
    event(30, LogEvent.of("outside.refused").with("why", "limit.peers: many"));
    assertThat(why().out())
        .contains("event-7-8 ", "event-7-12 ", "event-7-17 ", "event-7-30 ", "limit.peers: many")
        .doesNotContain("event-7-4 ", "event-7-16 ");
    assertThat(why("--all").out()).contains("event-7-4 ", "event-7-16 ");
    assertThat(why("-n", "1").out()).contains("event-7-30 ").doesNotContain("event-7-17 ");
    assertThat(why("--last").out()).startsWith("outside.refused event-7-30\n");
    assertThat(why("--last", JOB).out()).startsWith("job.crash event-7-17\n");
    assertThat(names(JSON.readTree(why("--json", "-").out()).get("events")))
        .containsExactly("call.overdue", "task.kill", "job.crash", "outside.refused");
    CapturedRun none = why("--last", "nobody");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("event.unknown: nothing was refused", "nobody");
  }

  @Test
  void severalCausesAreToldEachOnce() throws Exception {
    event(4, LogEvent.of("job.crash").with("label", JOB));
    event(8, LogEvent.of("job.crash").with("label", JOB), 4);
    event(12, LogEvent.of("job.throttle").with("label", JOB), 8, 4);
    assertThat(why("event-7-12").out().lines().filter(line -> line.contains("event-7-")))
        .containsExactly(
            "job.throttle event-7-12",
            "  because job.crash event-7-8",
            "  because job.crash event-7-4",
            "  because job.crash event-7-4 (above)");
  }

  @Test
  void aLogThatIsNotAllThereIsSaidToBe() throws Exception {
    event(40, LogEvent.of("task.kill").with("why", "x"), 12);
    CapturedRun gone = why("event-7-40");
    assertThat(gone.status()).isZero();
    assertThat(gone.out())
        .contains("because event-7-12, which is not in the log: left out, or gone");
    JsonNode json = JSON.readTree(why("event-7-40", "--json", "-").out());
    assertThat(json.get("missing").get(0).stringValue()).isEqualTo("event-7-12");

    CapturedRun before = why("event-7-12");
    assertThat(before.status()).isEqualTo(1);
    assertThat(before.err()).startsWith("portunus: event.unknown: ").contains("begins later");
    assertThat(why("event-7-44").err()).contains("no line has it");
    assertThat(why("event-8-44").err()).contains("no event of that instance");
  }

  @Test
  void damagedLinesAreCountedAndNotBelieved() throws Exception {
    event(4, LogEvent.of("task.kill").with("why", "x".repeat(9000)));
    event(5, LogEvent.of("task.kill").with("why", "x y\\".repeat(3000)));
    String head = LogLine.now("kernel", Optional.empty(), LogLine.Level.EVENT, "").format();
    write("torn in the mid", head + "task.kill id=event-7-8 why=\"open", "\u001b[2J");
    // An id that is there twice: the first counts.
    event(4, LogEvent.of("task.end").with("why", "another"));
    write(head + "task.kill id=event-7-x", head + "task.kill cause=event-7-4");
    CapturedRun cut = why("event-7-4");
    assertThat(cut.out()).startsWith("task.kill event-7-4\n").contains("xxx");
    assertThat(cut.err()).isEqualTo("portunus: why: lines of the log that can't be read: 4\n");
    assertThat(why("event-7-5").out()).startsWith("task.kill event-7-5\n").contains("x y");
    CapturedRun torn = why("event-7-8");
    assertThat(torn.status()).isEqualTo(1);
    assertThat(torn.err()).contains("4 lines can't be read");
  }

  @Test
  void causesInACircleEnd() throws Exception {
    event(4, LogEvent.of("task.kill").with("why", "x"), 8);
    event(8, LogEvent.of("task.end").with("why", "x"), 4);
    assertThat(why("event-7-4").out()).contains("because task.kill event-7-4 (above)");
    assertThat(why("event-7-4", "--effects").out()).contains("task.end");
  }

  @Test
  void whatATaskWritesIsNoEvent() throws Exception {
    String forged = "task.kill id=event-7-4 why=forged";
    for (LogLine.Level level : LogLine.Level.values()) {
      if (level != LogLine.Level.EVENT) {
        write(LogLine.now("kernel", Optional.empty(), level, forged).format());
        write(LogLine.now(JOB, Optional.empty(), level, "EVENT " + forged).format());
      }
    }
    event(8, LogEvent.of("job.crash").with("reason", "x id=event-7-4 cause=event-7-12"));
    CapturedRun run = why("event-7-4");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(why("event-7-8").out()).doesNotContain("because");
  }

  @Test
  void wrongUseIsStatusTwo() throws Exception {
    assertThat(why().err()).contains("has no log");
    event(4, LogEvent.of("task.kill").with("why", "clear \u001b[2J"));
    for (List<String> wrong :
        List.of(
            List.of("task-7-4"),
            List.of("event-7"),
            List.of("event-7-4", "--last"),
            List.of("-n", "0"))) {
      CapturedRun run = why(wrong.toArray(String[]::new));
      assertThat(run.status()).as("%s", wrong).isEqualTo(2);
      assertThat(run.err()).contains("usage: ", "fix: ");
    }
    assertThat(why("event-7-4").out()).contains("clear \\e[2J").doesNotContain("\u001b");
    assertThat(why().out()).doesNotContain("\u001b");
  }
}
