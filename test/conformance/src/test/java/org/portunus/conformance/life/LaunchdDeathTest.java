// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** kill -9 of launchd: jobs, ports and connections live on, and the next launchd has them. */
class LaunchdDeathTest {
  private static final String SERVICE = "probe.victim";
  private static final String OTHER = "probe.other";
  private static final String MAIN = "org.portunus.launchd.Launchd";
  private static final String TOOK_OVER = "launchd.took-over";
  private static final String SEED = "portunus.seed";
  private static final int KILLS = 4;
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

  private static long tookOver(LifeInstance instance) {
    return instance.lines().stream().filter(line -> line.contains(TOOK_OVER)).count();
  }

  /** Kills launchd; gives how many had taken over before. */
  private static long kill(LifeInstance instance) {
    long before = tookOver(instance);
    assertThat(launchd(instance).destroyForcibly()).isTrue();
    return before;
  }

  private static void awaitNext(LifeInstance instance, long before) {
    try {
      Eventually.until("the next launchd", () -> tookOver(instance) > before);
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
  void anEndWithoutLaunchdIsDelivered() throws Exception {
    try (LifeInstance instance = start();
        ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      assertThat(echo(connection, 1)).isEqualTo(1);
      ProcessHandle service = instance.process(SERVICE);
      long before = kill(instance);
      assertThat(service.destroyForcibly()).isTrue();
      awaitNext(instance, before);
      instance.awaitLog("job.crash", SERVICE);
      assertThat(echo(connection, 2)).isEqualTo(2);
      assertThat(instance.job(SERVICE).crashes()).isEqualTo(1);
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
        while (tookOver(instance) == before) {
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
    int all = 2000;
    for (int i = 0; i < all; i++) {
      Files.writeString(documents.resolve(i + ".txt"), "file number " + i);
    }
    Path json = folder.resolve("report.json");
    long start = System.nanoTime();
    try (DemoProcess demo = DemoProcess.start(documents.toString(), "--json", json.toString())) {
      demo.readTo(line -> line.startsWith("100/"));
      ProcessHandle launchd = HostProcesses.withArgument(demo.pid(), MAIN).orElseThrow();
      assertThat(launchd.destroyForcibly()).isTrue();
      assertThat(demo.awaitEnd()).as("%s", demo.lines()).isZero();
    }
    Figure.print(
        "demo", all + " in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    Matcher count = COUNT.matcher(Files.readString(json));
    for (String expected : List.of("documents=" + all, "lost=0")) {
      assertThat(count.find()).isTrue();
      assertThat(count.group(1) + "=" + count.group(2)).isEqualTo(expected);
    }
  }
}
