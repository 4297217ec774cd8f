// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.abi.mach.KernReturn;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.verb.CommandLineParser;
import portunus.lifeprobe.LifeProbe;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was refused, killed or limited has an id, and {@code why} tells what led to it. */
class WhyTest {
  private static final String LATE = "probe.late";
  private static final String CRASHING = "probe.crashing";
  private static final String GREEDY = "probe.greedy";
  private static final String FULL = "probe.full";
  private static final String LIVING = "probe.living";
  private static final String WRITING = "probe.writing";
  private static final String MISSING = "probe.missing";
  private static final String CONTROL = "org.portunus.launchd.control";
  private static final Duration DEADLINE = Duration.ofMillis(300);
  private static final int MOST_CRASHES = 20;
  private static final Pattern EVENT = Pattern.compile("\\((event-[0-9]+-[0-9]+)\\)");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> lasting = Map.of("IdleTimeout", "600");
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(LATE, Map.of("IdleTimeout", "600", "Grace", "0.3"), 0)
                .job(CRASHING, lasting, 60)
                .job(GREEDY, Map.of("IdleTimeout", "600", "CPU", "2"), 0)
                .job(FULL, lasting, 0)
                .job(LIVING, lasting, 0)
                .job(WRITING, lasting, 0)
                .job(MISSING, lasting, 60, "portunus.lifeprobe.Missing"));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  /** What a run of the verb writes. */
  private record Told(int status, String out, String err) {
    JsonNode json() {
      return JSON.readTree(out);
    }

    List<String> chain() {
      return names(json().get("chain"));
    }
  }

  private static List<String> names(JsonNode events) {
    List<String> names = new ArrayList<>();
    events.forEach(each -> names.add(each.get("name").stringValue()));
    return names;
  }

  private static Told why(String... arguments) {
    List<String> all = new ArrayList<>(List.of("why"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--run", instance.instance().run().toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Terminal.Colours.OFF);
    int status = CommandLineParser.run(terminal, all.toArray(String[]::new));
    return new Told(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The event that an error names. */
  private static String event(Throwable error) {
    return event(String.valueOf(error.getMessage()));
  }

  private static String event(String told) {
    Matcher matcher = EVENT.matcher(told);
    assertThat(matcher.find()).as("an event in: %s", told).isTrue();
    return matcher.group(1);
  }

  /** The id of the first line of the log with these texts. */
  private static String logged(String... texts) {
    return eventOf(instance.awaitLog(texts)).flatMap(LogEvent::id).orElseThrow().toString();
  }

  private static Optional<LogEvent> eventOf(String line) {
    return LogLine.parse(line)
        .filter(each -> each.level() == LogLine.Level.EVENT)
        .flatMap(each -> LogEvent.parse(each.text()));
  }

  private static PortunusException failure(
      ServiceConnection<LifeProbe> connection, Consumer<LifeProbe> call) {
    try {
      call.accept(connection.proxy(Eventually.PATIENCE));
    } catch (PortunusException expected) {
      return expected;
    }
    throw new AssertionError("the call was answered");
  }

  @Test
  void aLateCallIsTheRootOfWhatItInterrupts() throws Exception {
    try (ServiceConnection<LifeProbe> culprit = instance.open(LATE);
        ServiceConnection<LifeProbe> other = instance.open(LATE)) {
      assertThat(other.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      CallInBackground innocent = new CallInBackground(other.proxy()::sleep).awaitStart();
      CallInBackground looping =
          new CallInBackground(culprit.proxy(DEADLINE.plusSeconds(1))::loop).awaitStart();
      assertThat(looping.awaitEnd().code()).isEqualTo(ErrorCode.DEADLINE);
      CallInBackground.End end = innocent.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(other.proxy(Eventually.PATIENCE).echo(2)).isEqualTo(2);

      String crash = event(end.error().orElseThrow());
      Told told = why(crash, "--effects", "--json", "-");
      assertThat(told.chain())
          .containsExactly("job.crash", "task.exit", "task.end", "task.kill", "call.overdue");
      JsonNode overdue = told.json().get("chain").get(4);
      assertThat(overdue.get("error").stringValue()).isEqualTo(ErrorCode.DEADLINE.dotted());
      assertThat(overdue.get("fields").get("service").stringValue()).startsWith(LATE);
      assertThat(overdue.get("task").stringValue())
          .as("who called")
          .isEqualTo(instance.client().task().toString());
      assertThat(names(told.json().get("effects")))
          .as("it is started again")
          .contains("job.start", "task.start", "job.started", "job.running");

      Told text = why(crash);
      assertThat(text.status()).isZero();
      assertThat(text.out())
          .startsWith("job.crash " + crash)
          .contains("because call.overdue event-", "fix (" + ErrorCode.DEADLINE.dotted() + "): ");
      assertThat(why(logged("job.start ", LATE, "cause=")).out()).contains("because job.crash");
    }
  }

  @Test
  void crashesAreTheRootOfAThrottle() {
    try (ServiceConnection<LifeProbe> connection = instance.open(CRASHING)) {
      PortunusException first = failure(connection, probe -> probe.crash(3));
      assertThat(first.code()).isEqualTo(ErrorCode.INTERRUPTED);
      String crash = event(first);
      Told told = why(crash, "--json", "-");
      assertThat(told.chain()).containsExactly("job.crash", "task.exit", "task.end");
      assertThat(told.json().get("chain").get(2).get("fields").get("code").stringValue())
          .isEqualTo("3");

      PortunusException last = first;
      for (int i = 1; i < MOST_CRASHES && last.code() == ErrorCode.INTERRUPTED; i++) {
        last = failure(connection, probe -> probe.crash(3));
      }
      assertThat(last.code()).as("%s", last).isEqualTo(ErrorCode.THROTTLED);
      Told refused = why(event(last), "--json", "-");
      assertThat(refused.chain())
          .contains("job.refuse", "job.throttle", "job.crash", "task.end")
          .filteredOn("job.crash"::equals)
          .as("those that made it too many, beside the last")
          .hasSizeGreaterThanOrEqualTo(4);
      assertThat(refused.json().get("missing").size()).isZero();
      Told latest = why("--last", CRASHING, "--json", "-");
      assertThat(latest.chain()).contains("job.throttle");
    }
  }

  @Test
  void aRefusalHasAnId() {
    try (ServiceConnection<LifeProbe> nobody = instance.open("probe.nobody")) {
      PortunusException unknown = failure(nobody, probe -> probe.echo(1));
      assertThat(unknown.code()).isEqualTo(ErrorCode.NAME_UNKNOWN);
      Told told = why(event(unknown), "--json", "-");
      assertThat(told.chain()).containsExactly("bootstrap.unknown");
      assertThat(told.json().get("chain").get(0).get("fix").stringValue())
          .isEqualTo(ErrorCode.NAME_UNKNOWN.fix());
    }
    try (ServiceConnection<LifeProbe> living = instance.open(LIVING)) {
      PortunusException denied = failure(living, probe -> probe.askOther(CONTROL));
      String id = logged("bootstrap.refuse", CONTROL);
      Told told = why(id);
      assertThat(told.out())
          .startsWith("bootstrap.refuse " + id)
          .contains(ErrorCode.DENIED.dotted(), instance.job(LIVING).task().orElseThrow());
      assertThat(denied).hasMessageContaining(id);
    }
  }

  @Test
  void aLimitIsTheRootOfAnEnd() {
    try (ServiceConnection<LifeProbe> connection = instance.open(GREEDY)) {
      PortunusException end = failure(connection, probe -> probe.loop(value -> value));
      assertThat(end.code()).isEqualTo(ErrorCode.INTERRUPTED);
      Told told = why(event(end), "--json", "-");
      assertThat(told.chain())
          .startsWith("job.crash", "task.exit", "task.end", "task.limit", "task.start")
          .endsWith("job.start");
      assertThat(told.json().get("chain").get(3).get("error").stringValue())
          .isEqualTo(ErrorCode.LIMIT_CPU.dotted());
    }
  }

  @Test
  void aLimitThatATaskMeetsHasAnId() {
    try (ServiceConnection<LifeProbe> connection = instance.open(FULL)) {
      String told = connection.proxy(Eventually.PATIENCE).fillNames();
      assertThat(told).contains(KernReturn.NO_SPACE.name(), "names");
      Told why = why(event(told), "--json", "-");
      assertThat(why.chain()).startsWith("limit.met", "task.start").endsWith("job.start");
      JsonNode met = why.json().get("chain").get(0);
      assertThat(met.get("error").stringValue()).isEqualTo(ErrorCode.LIMIT_PORTS.dotted());
      assertThat(met.get("task").stringValue())
          .isEqualTo(instance.job(FULL).task().orElseThrow().toString());
      assertThat(met.get("fields").get("held").stringValue())
          .isEqualTo(met.get("fields").get("limit").stringValue());
      assertThat(why("--last", FULL, "--json", "-").chain()).startsWith("limit.met");
    }
  }

  @Test
  void aStartThatIsRefusedHasAnId() {
    try (ServiceConnection<LifeProbe> connection = instance.open(MISSING)) {
      PortunusException refused = failure(connection, probe -> probe.echo(1));
      assertThat(refused.code()).isEqualTo(ErrorCode.LAUNCH_FAILED);
      Told told = why(event(refused), "--json", "-");
      assertThat(told.chain()).containsExactly("job.failed", "job.start");
      assertThat(told.json().get("chain").get(0).has("fix")).isTrue();
    }
  }

  @Test
  void aChainGoesOnAfterTheDeathOfLaunchd() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(LIVING)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      ProcessHandle service = instance.process(LIVING);
      assertThat(launchd().destroyForcibly()).isTrue();
      String tookOver = logged("launchd.took-over");
      assertThat(service.destroyForcibly()).isTrue();
      String crash = logged("job.crash", LIVING);
      assertThat(echo(connection)).isEqualTo(3);

      assertThat(why(crash, "--json", "-").chain())
          .containsExactly("job.crash", "task.exit", "task.end");
      assertThat(why(tookOver, "--json", "-").chain())
          .containsExactly("launchd.took-over", "launchd.died", "task.end");
      assertThat(why(logged("job.adopt", LIVING), "--json", "-").chain())
          .containsExactly("job.adopt", "task.start", "launchd.died", "task.end");
      assertThat(why(logged("job.start ", LIVING, crash), "--json", "-").chain())
          .startsWith("job.start", "job.crash");
    }
  }

  /** A call that was interrupted once is made again. */
  private static long echo(ServiceConnection<LifeProbe> connection) {
    try {
      return connection.proxy(Eventually.PATIENCE).echo(3);
    } catch (PortunusException interrupted) {
      assertThat(interrupted.code()).isEqualTo(ErrorCode.INTERRUPTED);
      return connection.proxy(Eventually.PATIENCE).echo(3);
    }
  }

  private static ProcessHandle launchd() {
    int pid =
        instance.counts().tasks().stream()
            .filter(task -> task.label().equals("launchd"))
            .mapToInt(TaskCounts::pid)
            .findFirst()
            .orElseThrow();
    return instance.instance().process(pid).orElseThrow();
  }

  @Test
  void whatATaskWritesIsNoEvent() throws Exception {
    EventId own = EventId.parse(logged("instance.start"));
    String forged = new EventId(own.epoch(), own.counter() + 1).toString();
    String line = "kernel EVENT task.kill id=%s cause=%s why=forged".formatted(forged, own);
    String whole = LogLine.now("kernel", Optional.empty(), LogLine.Level.INFO, "").format();
    String head = whole.substring(0, whole.indexOf(" kernel")) + " ";
    try (ServiceConnection<LifeProbe> connection = instance.open(WRITING)) {
      for (String before : List.of("", head, "\n" + head, "\r" + head, "\u2028" + head)) {
        connection.proxy(Eventually.PATIENCE).print(before + line, 1);
      }
      connection.proxy(Eventually.PATIENCE).print("the last of it", 1);
    }
    instance.awaitLog(WRITING, "OUT", "the last of it");
    assertThat(instance.awaitLog(WRITING, "OUT", forged)).contains("why=forged");
    Told told = why(forged);
    assertThat(told.status()).isEqualTo(1);
    assertThat(told.out()).isEmpty();
    assertThat(told.err()).startsWith("portunus: " + ErrorCode.EVENT_UNKNOWN.dotted());
    assertThat(why(own.toString(), "--effects").out()).doesNotContain("forged");
  }

  @Test
  void everyEventHasAnIdOfItsOwn() {
    Set<EventId> ids = new HashSet<>();
    for (String raw : instance.lines()) {
      LogLine line = LogLine.parse(raw).orElseThrow();
      if (line.level() == LogLine.Level.EVENT) {
        LogEvent event = LogEvent.parse(line.text()).orElseThrow();
        assertThat(ids.add(event.id().orElseThrow())).as(raw).isTrue();
      }
    }
    assertThat(ids).isNotEmpty();
    assertThat(why("--all", "-n", "1000").status()).isZero();
  }
}
