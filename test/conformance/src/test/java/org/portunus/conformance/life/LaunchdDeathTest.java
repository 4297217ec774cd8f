// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.conformance.Project;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.CrashReports;
import portunus.lifeprobe.LifeProbe;

/** kill -9 of launchd: jobs, ports and connections live on, and the next launchd has them. */
class LaunchdDeathTest {
  private static final String SERVICE = "probe.victim";
  private static final String OTHER = "probe.other";
  private static final String MAIN = "org.portunus.launchd.Launchd";
  private static final String TOOK_OVER = "launchd.took-over";
  private static final String SEED = "portunus.seed";
  private static final int KILLS = 2;

  /** Of the kernel task's Java machine over 19 launchds: its heap, and code that it compiles. */
  private static final long MOST_GROWTH_KIB = 24 << 10;

  /** In which five deaths end the instance. */
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private static final Pattern COUNT = Pattern.compile("\"(documents|lost)\":([0-9]+)");

  @TempDir Path folder;

  private LifeInstance start() throws Exception {
    ProbeFolder probes = new ProbeFolder(folder);
    probes.job(SERVICE, Map.of("IdleTimeout", "3600"), 0);
    probes.job(OTHER, Map.of("IdleTimeout", "3600"), 0);
    return LifeInstance.start(probes);
  }

  private static ProcessHandle launchd(LifeInstance instance) {
    int pid =
        instance.counts().tasks().stream()
            .filter(task -> task.label().equals("launchd"))
            .mapToInt(TaskCounts::pid)
            .findFirst()
            .orElseThrow();
    return instance.instance().process(pid).orElseThrow();
  }

  /** What each next launchd took over; ids and causes are of each event alone. */
  private static List<String> tookOver(LifeInstance instance) {
    return instance.lines().stream()
        .filter(line -> line.contains(TOOK_OVER))
        .map(line -> line.substring(line.indexOf(TOOK_OVER)))
        .map(line -> line.replaceAll(" (id|cause)=\\S+", ""))
        .toList();
  }

  /** Kills launchd; gives how many had taken over before. */
  private static long kill(LifeInstance instance) {
    long before = tookOver(instance).size();
    assertThat(launchd(instance).destroyForcibly()).isTrue();
    return before;
  }

  private static void awaitNext(LifeInstance instance, long before) {
    try {
      Eventually.until("the next launchd", () -> tookOver(instance).size() > before);
    } catch (AssertionError none) {
      throw new AssertionError(String.join("\n", instance.lines()), none);
    }
  }

  @Test
  void aCallGoesOnAndTheNextEndIsSeen() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE);
        ServiceConnection<LifeProbe> held = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      AtomicLong answer = new AtomicLong();
      CallInBackground call =
          new CallInBackground(started ->
              answer.set(
                  held.proxy(Eventually.PATIENCE).later(started).toCompletableFuture().join()))
              .awaitStart();
      ProcessHandle service = instance.process(SERVICE);

      long before = kill(instance);
      // Nobody has looked this one up: the question waits, or is asked again.
      try (ServiceConnection<LifeProbe> other = instance.open(OTHER)) {
        assertThat(other.proxy(Eventually.PATIENCE).echo(3)).isEqualTo(3);
      }
      awaitNext(instance, before);
      assertThat(probe.endStages(5)).isEqualTo(1);
      assertThat(call.awaitEnd().error()).isEmpty();
      assertThat(answer.get()).isEqualTo(5);
      assertThat(instance.job(SERVICE).state()).isEqualTo(JobState.RUNNING);
      assertThat(instance.process(SERVICE).pid()).isEqualTo(service.pid());

      assertThat(service.destroyForcibly()).isTrue();
      instance.awaitLog("job.crash", SERVICE);
      assertThat(echo(connection, 4)).isEqualTo(4);
      assertThat(instance.process(SERVICE).pid()).isNotEqualTo(service.pid());
      assertThat(instance.job(SERVICE).crashes()).isEqualTo(1);
    }
  }

  /** A call that was interrupted once is made again. */
  private static long echo(ServiceConnection<LifeProbe> connection, long value) {
    try {
      return connection.proxy(Eventually.PATIENCE).echo(value);
    } catch (PortunusException interrupted) {
      assertThat(interrupted.code()).isEqualTo(ErrorCode.INTERRUPTED);
      return connection.proxy(Eventually.PATIENCE).echo(value);
    }
  }

  @Test
  void anEndWithoutLaunchdIsDeliveredWithTheLastWords() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      assertThat(echo(connection, 1)).isEqualTo(1);
      ProcessHandle service = instance.process(SERVICE);
      String task = instance.job(SERVICE).task().orElseThrow();
      long before = kill(instance);
      connection.proxy(Eventually.PATIENCE).print("last words", 3);
      assertThat(service.destroyForcibly()).isTrue();
      awaitNext(instance, before);
      instance.awaitLog("job.crash", SERVICE);
      for (String stream : List.of("OUT out 2", "ERR err 2")) {
        assertThat(instance.awaitLog(stream, "last words")).contains(SERVICE, task);
      }
      instance.awaitLog("crash.report", "label=" + SERVICE);
      CrashReports reports = new CrashReports(instance.instance().run());
      Eventually.until("the report at the broker", () -> !all(reports).isEmpty());
      CrashReport report = all(reports).getFirst();
      assertThat(report.head().task()).hasToString(task);
      assertThat(report.head().died()).contains("SIGKILL");
      assertThat(report.output()).anyMatch(line -> line.text().equals("err 2 last words"));
      assertThat(echo(connection, 2)).isEqualTo(2);
      assertThat(instance.job(SERVICE).crashes()).isEqualTo(1);
    }
  }

  @Test
  void aTaskWhoseJobIsGoneEndsAndItsPortsWithIt() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      assertThat(echo(connection, 1)).isEqualTo(1);
      ProcessHandle service = instance.process(SERVICE);
      Files.delete(folder.resolve("jobs").resolve(SERVICE + ".plist"));
      long before = kill(instance);
      awaitNext(instance, before);
      instance.awaitLog("job.unknown", SERVICE);
      HostProcesses.awaitEnd(List.of(service));
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> instance.open(SERVICE).proxy(Eventually.PATIENCE).echo(2))
          .returns(ErrorCode.NAME_UNKNOWN, PortunusException::code);
    }
  }

  @Test
  void aTaskWhoseJobIsGoneIsKilledIfItDoesNotEnd() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      assertThat(echo(connection, 1)).isEqualTo(1);
      ProcessHandle service = instance.process(SERVICE);
      Files.delete(folder.resolve("jobs").resolve(SERVICE + ".plist"));
      Process stop = new ProcessBuilder("kill", "-STOP", Long.toString(service.pid())).start();
      assertThat(stop.waitFor()).isZero();
      long before = kill(instance);
      awaitNext(instance, before);
      instance.awaitLog("job.unknown", SERVICE);
      instance.awaitLog("task.end", "asked to end, and did not");
      HostProcesses.awaitEnd(List.of(service));
    }
  }

  @Test
  void noCallIsLostUnderRepeatedKills() throws Exception {
    long seed = Long.getLong(SEED, System.nanoTime());
    Figure.print("seed", "-D" + SEED + "=" + seed);
    Random random = new Random(seed);
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(0)).isEqualTo(0);
      long sum = 0;
      for (int kill = 0; kill < KILLS; kill++) {
        for (int i = random.nextInt(200); i > 0; i--) {
          probe.note(1);
          sum++;
        }
        long before = kill(instance);
        while (tookOver(instance).size() == before) {
          probe.note(1);
          sum++;
          assertThat(probe.echo(kill)).isEqualTo(kill);
        }
      }
      assertThat(probe.noted()).isEqualTo(sum);
      assertThat(instance.job(SERVICE).state()).isEqualTo(JobState.RUNNING);
    }
  }

  @Test
  void tooManyDeathsEndTheInstance() throws Exception {
    try (LifeInstance instance = start()) {
      long broker = instance.instance().brokerPid();
      Eventually.until(
          "the end of the instance",
          () -> {
            HostProcesses.withArgument(broker, MAIN).ifPresent(ProcessHandle::destroyForcibly);
            return ProcessHandle.of(broker).filter(ProcessHandle::isAlive).isEmpty();
          });
      assertThat(instance.instance().awaitEnd(Eventually.PATIENCE)).isTrue();
      assertThat(instance.instance().exitStatus()).hasValue(1);
    }
  }

  @Test
  void everyDocumentOfTheDemoIsAccountedFor() throws Exception {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    int all = 500;
    for (int i = 0; i < all; i++) {
      Files.writeString(documents.resolve(i + ".txt"), "file number " + i);
    }
    demo(new Random(0), List.of(documents.toString()), "documents=" + all);
  }

  /** With crashes, deadlines and pauses; the demo itself compares what it finds. */
  @Test
  @Tag("slow")
  void theShippedDocumentsAreAsExpected() throws Exception {
    long seed = Long.getLong(SEED, System.nanoTime());
    Figure.print("seed", "-D" + SEED + "=" + seed);
    Path corpus = Project.root().resolve("examples/inspector/corpus");
    demo(new Random(seed), List.of("--corpus", corpus.toString()), "documents=");
  }

  /** Kills launchd at some document, and sees the next one take over while the demo runs. */
  private void demo(Random random, List<String> arguments, String expected) throws Exception {
    Path json = folder.resolve("report.json");
    Path temporary = Files.createDirectory(folder.resolve("t"));
    List<String> words = new ArrayList<>(arguments);
    words.addAll(List.of("--json", json.toString()));
    int at = 10 + random.nextInt(30);
    try (DemoProcess demo =
        DemoProcess.start(
            LifeInstance.installation(),
            List.of("-Djava.io.tmpdir=" + temporary),
            words.toArray(String[]::new))) {
      demo.readTo(line -> line.matches("[0-9]+/.*") && number(line) >= at);
      ProcessHandle launchd = HostProcesses.withArgument(demo.pid(), MAIN).orElseThrow();
      assertThat(launchd.destroyForcibly()).isTrue();
      Path log = log(temporary);
      Eventually.until("the next launchd", () -> read(log).contains(TOOK_OVER));
      Figure.print(
          "demo", read(log).lines().filter(l -> l.contains(TOOK_OVER)).toList().toString());
      assertThat(demo.awaitEnd()).as("%s", demo.lines()).isZero();
    }
    Map<String, String> counts = new TreeMap<>();
    Matcher count = COUNT.matcher(Files.readString(json));
    while (count.find()) {
      counts.put(count.group(1), count.group(2));
    }
    assertThat(counts).containsEntry("lost", "0");
    assertThat("documents=" + counts.get("documents")).startsWith(expected);
  }

  private static int number(String line) {
    return Integer.parseInt(line.substring(0, line.indexOf('/')));
  }

  private static Path log(Path temporary) throws IOException {
    try (Stream<Path> all = Files.walk(temporary, 2)) {
      return all.filter(path -> path.endsWith("log")).findFirst().orElseThrow();
    }
  }

  private static List<CrashReport> all(CrashReports reports) {
    try {
      return reports.all();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Each as soon as there may be another death. */
  @Test
  @Tag("slow")
  void nothingIsLeftOfTwentyLaunchds() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      assertThat(echo(connection, 1)).isEqualTo(1);
      Deque<Long> died = new ArrayDeque<>();
      List<String> held = new ArrayList<>();
      long resident = 0;
      for (int i = 0; i <= 20; i++) {
        Eventually.until(
            "the time of another death",
            () -> died.size() < 3 || System.nanoTime() - died.getFirst() > WINDOW.toNanos());
        while (died.size() >= 3) {
          died.removeFirst();
        }
        long before = kill(instance);
        died.addLast(System.nanoTime());
        awaitNext(instance, before);
        assertThat(echo(connection, i)).isEqualTo(i);
        held.add(atRest(instance));
        resident = i == 1 ? residentKiB(instance) : resident;
      }
      long growth = residentKiB(instance) - resident;
      Figure.print(
          "held by the kernel task",
          held.getFirst() + " ... " + held.getLast() + ", memory " + growth + " KiB more");
      assertThat(growth).isLessThan(MOST_GROWTH_KIB);
      assertThat(held.getLast()).isEqualTo(held.get(1));
      assertThat(new HashSet<>(tookOver(instance))).hasSize(1);
    }
  }

  private static long residentKiB(LifeInstance instance) throws IOException {
    Path status = Path.of("/proc", Long.toString(instance.instance().kernelPid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  /** What the kernel task holds when two looks are equal. */
  private static String atRest(LifeInstance instance) {
    String[] seen = {"", "?"};
    Eventually.until(
        "two equal counts",
        () -> {
          InstanceCounts counts = instance.counts();
          List<String> tasks =
              counts.tasks().stream()
                  .map(task -> task.label() + " " + task.names() + " names")
                  .toList();
          seen[0] = seen[1];
          seen[1] =
              "%d ports, %d messages, %d connections, %d descriptors, %s"
                  .formatted(
                      counts.ports(),
                      counts.queuedMessages(),
                      counts.connections(),
                      counts.descriptors(),
                      tasks);
          return seen[0].equals(seen[1]);
        });
    return seen[1];
  }
}
