// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** kill -9 of client programs: what they held is gone, and nobody else notices. */
class ClientDeathTest {
  private static final String SERVICE = "probe.client";
  private static final Map<String, String> LIMITS =
      Map.of("IdleTimeout", "3600", "Descriptors", "256", "Processes", "512", "CPU", "3600");
  private static final int KILLS = 50;
  private static final int TOGETHER = 5;

  @TempDir Path folder;

  /** What a client may leave nothing of. */
  private record Holdings(int ports, int connections, int messages, int descriptors, int tasks) {
    static Holdings of(InstanceCounts counts) {
      return new Holdings(
          counts.ports(),
          counts.connections(),
          counts.queuedMessages(),
          counts.descriptors(),
          counts.tasks().size());
    }
  }

  @Test
  void whatAKilledClientHeldIsGone() throws Exception {
    long seed = System.nanoTime();
    Figure.print("seed", Long.toString(seed));
    Random random = new Random(seed);
    List<Duration> gone = new ArrayList<>();
    ProbeFolder probes = new ProbeFolder(folder).job(SERVICE, LIMITS, 0);
    try (LifeInstance instance = LifeInstance.start(probes);
        ServiceConnection<LifeProbe> watching = instance.open(SERVICE);
        ServiceConnection<LifeProbe> steady = instance.open(SERVICE)) {
      LifeProbe probe = watching.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong calls = new AtomicLong();
      CompletableFuture<Void> steadyClient =
          CompletableFuture.runAsync(() -> callOnAndOn(steady.proxy(), stop, calls));
      Eventually.until("a steady client", () -> calls.get() > 0);
      int process = instance.job(SERVICE).pid();
      Holdings before = Holdings.of(instance.counts());

      for (int killed = 0; killed < KILLS; killed += TOGETHER) {
        gone.addAll(killSome(instance, probe, random));
        Eventually.until(
            "what the kernel holds back to " + before + ", not " + instance.counts(),
            () -> Holdings.of(instance.counts()).equals(before));
        assertThat(probe.tellKept(killed)).as("objects of dead clients").isZero();
      }

      stop.set(true);
      steadyClient.join();
      assertThat(calls.get()).as("calls of the client that lives").isGreaterThan(KILLS);
      assertThat(instance.job(SERVICE).pid()).as("the service's process").isEqualTo(process);
      assertThat(instance.job(SERVICE).crashes()).isZero();
    }
    Collections.sort(gone);
    Figure.print(
        "until a killed client was gone",
        "p50 %d ms, max %d ms of %d"
            .formatted(
                gone.get(gone.size() / 2).toMillis(), gone.getLast().toMillis(), gone.size()));
    assertThat(gone).hasSize(KILLS);
  }

  /** Some clients that live together are killed one after the other, in any order. */
  private static List<Duration> killSome(LifeInstance instance, LifeProbe probe, Random random)
      throws Exception {
    List<ClientProcess> clients = new ArrayList<>();
    List<Duration> gone = new ArrayList<>();
    try {
      for (int i = 0; i < TOGETHER; i++) {
        clients.add(ClientProcess.start(instance, SERVICE));
      }
      clients.forEach(client -> assertThat(client.awaitReady()).hasSize(2));
      Collections.shuffle(clients, random);
      assertThat(probe.tellKept(0)).isEqualTo(TOGETHER * ClientMain.OBJECTS);
      int left = TOGETHER;
      for (ClientProcess client : clients) {
        InstanceCounts counts = instance.counts();
        assertThat(ids(counts)).containsAll(client.tasks());
        int objects = left * ClientMain.OBJECTS;
        assertThat(probe.tellKept(left)).isEqualTo(objects);
        assertThat(probe.sleepers()).isEqualTo(left * ClientMain.CALLS);
        client.kill();
        left--;
        int sleepers = left * ClientMain.CALLS;
        Duration kernel =
            Eventually.until(
                "no task of the client",
                () -> Collections.disjoint(ids(instance.counts()), client.tasks()));
        Duration service =
            Eventually.until("no call of the client", () -> probe.sleepers() == sleepers);
        gone.add(kernel.plus(service));
        InstanceCounts after = instance.counts();
        assertThat(counts.connections() - after.connections()).isEqualTo(ClientMain.CONNECTIONS);
        assertThat(counts.ports() - after.ports()).isGreaterThanOrEqualTo(ClientMain.PORTS);
      }
    } finally {
      for (ClientProcess client : clients) {
        client.close();
      }
    }
    return gone;
  }

  private static List<String> ids(InstanceCounts counts) {
    return counts.tasks().stream().map(TaskCounts::task).toList();
  }

  private static void callOnAndOn(LifeProbe probe, AtomicBoolean stop, AtomicLong calls) {
    while (!stop.get()) {
      long value = calls.incrementAndGet();
      assertThat(probe.echo(value)).isEqualTo(value);
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }
}
