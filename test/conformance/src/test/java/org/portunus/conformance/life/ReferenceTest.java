// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.ProbeListener;

/** Objects by reference in both directions, files and one-way calls, many times. */
class ReferenceTest {
  private static final String SERVICE = "probe.reference";
  private static final int CALLS = 1000;

  /** More than the references that one connection may hold at once, so some must be given back. */
  private static final int OBJECTS = 3000;

  private static final int FILES = 500;
  private static final int FEW_DESCRIPTORS = 48;

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(
                    SERVICE,
                    Map.of("IdleTimeout", "600", "Descriptors", Integer.toString(FEW_DESCRIPTORS)),
                    0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  @Test
  void callsGoBothWaysAThousandTimes() {
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      ProbeListener doubler = probe.doubler();
      AtomicLong told = new AtomicLong();
      ProbeListener listener =
          value -> {
            told.incrementAndGet();
            // A call of the service while it waits for the answer of this one.
            return doubler.told(value);
          };
      for (int i = 0; i < CALLS; i++) {
        assertThat(probe.callBack(listener, 3)).isEqualTo(0 + 2 + 4);
      }
      assertThat(told.get()).isEqualTo(3L * CALLS);
    }
  }

  @Test
  void referencesAreGivenBack() {
    InstanceCounts before = instance.counts();
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      for (int i = 0; i < OBJECTS; i++) {
        int number = i;
        assertThat(probe.callBack(value -> value + number, 1)).isEqualTo(number);
      }
    }
    Eventually.until(
        "the connection's end", () -> instance.counts().connections() <= before.connections());
    assertThat(instance.counts().ports()).isEqualTo(before.ports());
  }

  @Test
  void objectsOfTheServiceAreGivenBackToo() {
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      Set<Long> answers = new HashSet<>();
      for (int i = 0; i < OBJECTS; i++) {
        answers.add(probe.doubler().told(21));
      }
      assertThat(answers).containsExactly(42L);
    }
  }

  @Test
  void filesAreClosedWhenTheirCallIsOver() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      try (FileRight first = FileRight.open(file)) {
        assertThat(probe.read(first)).isEqualTo(6);
      }
      long before = descriptors();
      for (int i = 0; i < FILES; i++) {
        try (FileRight right = FileRight.open(file)) {
          assertThat(probe.read(right)).isEqualTo(6);
        }
      }
      long after = descriptors();
      Figure.print("descriptors of the service", before + " before, " + after + " after");
      // Where they can't be counted from outside, the limit far below the number of calls stands.
      // What its Java machine had open for a moment may be closed meanwhile.
      assertThat(after).isLessThanOrEqualTo(before).isLessThan(FEW_DESCRIPTORS);
    }
  }

  /** What the service has open; zero where others may not see it. */
  private static long descriptors() throws IOException {
    Path folder = Path.of("/proc/" + instance.process(SERVICE).pid() + "/fd");
    if (!Files.isReadable(folder)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  @Test
  void oneWayCallsAllArrive() {
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      long before = probe.noted();
      for (int i = 1; i <= CALLS; i++) {
        probe.note(i);
      }
      Eventually.until("the sum of all", () -> probe.noted() - before == CALLS * (CALLS + 1L) / 2);
    }
  }
}
