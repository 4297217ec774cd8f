// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.Spare;
import org.portunus.interfaces.launchd.SpareStage;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** Spares in a real instance: what they become, that they are no looser, that they come back. */
class SparesTest {
  private static final String SERVICE = "probe.spared";
  private static final String COLD = "probe.cold";

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder).job(SERVICE, Map.of(), 0).job(COLD, Map.of(), 0), 1);
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static Optional<Spare> waiting() {
    return instance.control().status().spares().spares().stream()
        .filter(spare -> spare.stage() == SpareStage.WAITING)
        .findFirst();
  }

  private static Spare awaitSpare() {
    Eventually.until("a spare waits", () -> waiting().isPresent());
    return waiting().orElseThrow();
  }

  private static long process(String task) {
    int pid =
        instance.counts().tasks().stream()
            .filter(counted -> counted.task().equals(task))
            .findFirst()
            .orElseThrow()
            .pid();
    return instance.instance().process(pid).orElseThrow().pid();
  }

  private static void stop(String service) {
    instance.control().stop(service);
    Eventually.until("it has ended", () -> instance.job(service).state() == JobState.IDLE);
  }

  @Test
  void itsSandboxIsThatOfAColdStartToTheByte() throws Exception {
    Spare spare = awaitSpare();
    try (ServiceConnection<LifeProbe> first = instance.open(SERVICE);
        ServiceConnection<LifeProbe> second = instance.open(COLD)) {
      int unusedSleepers = first.proxy(Eventually.PATIENCE).sleepers();
      // The only spare is used up, and the next does not start within the second after a launch.
      int unusedOthers = second.proxy(Eventually.PATIENCE).sleepers();
      assertThat(instance.job(SERVICE).task()).contains(spare.task());
      assertThat(instance.awaitLog("job.cold", COLD)).contains("no spare");

      String ofSpare = EffectiveSandbox.of(instance.process(SERVICE).pid());
      String ofCold = EffectiveSandbox.of(instance.process(COLD).pid());
      assertThat(ofSpare).isEqualTo(ofCold);
      assertThat(ofSpare)
          .contains("thread Seccomp_filters: 2\n", "thread CapEff: 0000000000000000");
    } finally {
      stop(SERVICE);
      stop(COLD);
    }
  }

  @Test
  void itBecomesOneTaskOnly() {
    List<String> tasks = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      Spare spare = awaitSpare();
      try (ServiceConnection<LifeProbe> service = instance.open(SERVICE)) {
        int unusedSleepers = service.proxy(Eventually.PATIENCE).sleepers();
        assertThat(instance.job(SERVICE).task()).contains(spare.task());
      } finally {
        stop(SERVICE);
      }
      tasks.add(spare.task());
    }
    assertThat(tasks).doesNotHaveDuplicates();
  }

  @Test
  void oneThatDiesIsReplacedAfterAPause() {
    Spare spare = awaitSpare();
    assertThat(ProcessHandle.of(process(spare.task())).orElseThrow().destroyForcibly()).isTrue();
    assertThat(instance.awaitLog("spare.end", spare.task())).contains("signal=9", "pause=1000");
    assertThat(awaitSpare().task()).isNotEqualTo(spare.task());
  }
}
