// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import org.portunus.bench.report.BenchReport;
import org.portunus.bench.report.Measure;
import org.portunus.tool.instance.Installation;

/**
 * Rounds in which each kind of start is made once, one after the other.
 *
 * @param documents folder with PDFs that the inspectors inspect
 * @param warmUps rounds before them that do not count
 */
record LaunchRun(Installation installation, Path documents, int warmUps, int rounds) {
  static final String SPARE = "first reply from a spare that never saw the bundle";
  static final String CACHED = "first reply cold, with AOT cache";
  static final String COLD = "first reply cold, without AOT cache";
  static final String HELLO_CACHED = "hello under bubblewrap from its own AOT cache";
  static final String HELLO = "hello under bubblewrap";
  private static final double SPARE_MILLIS = 8;
  private static final double COLD_RATIO = 1.3;
  private static final double SPARE_MIB = 30;
  private static final double INSPECTOR_MIB = 80;
  private static final double EACH_MIB = 65;
  private static final double SYSTEM_MIB = 80;
  private static final double MIB = 1 << 20;

  /** What was found: each kind's milliseconds by round, and PSS in MiB. */
  record Findings(
      Map<String, List<Double>> millis,
      double spareMiB,
      InspectorSite.Found inspectors,
      double systemMiB) {
    double median(String kind) {
      List<Double> sorted = millis.getOrDefault(kind, List.of()).stream().sorted().toList();
      return sorted.get(sorted.size() / 2);
    }

    private Measure time(String kind, OptionalDouble limit, Optional<String> peer) {
      List<Double> sorted = millis.getOrDefault(kind, List.of()).stream().sorted().toList();
      String name = peer.map(other -> kind + ", to " + other).orElse(kind);
      return new Measure(
          name,
          median(kind),
          sorted.getFirst(),
          sorted.getLast(),
          "ms",
          limit,
          Measure.Direction.AT_MOST,
          peer.map(other -> new Measure.Peer(other, median(other))));
    }

    private static Measure memory(String name, double limit, double... mib) {
      double[] sorted = Arrays.stream(mib).sorted().toArray();
      // All of them are promised, not the one in the middle.
      double most = sorted[sorted.length - 1];
      return new Measure(
          name,
          most,
          sorted[0],
          most,
          "MiB",
          OptionalDouble.of(limit),
          Measure.Direction.AT_MOST,
          Optional.empty());
    }

    BenchReport report() {
      OptionalDouble ratio = OptionalDouble.of(COLD_RATIO);
      return new BenchReport(
          "launch",
          List.of(
              time(SPARE, OptionalDouble.of(SPARE_MILLIS), Optional.empty()),
              time(CACHED, ratio, Optional.of(HELLO)),
              time(CACHED, ratio, Optional.of(HELLO_CACHED)),
              time(COLD, OptionalDouble.empty(), Optional.of(HELLO)),
              memory("PSS of a spare", SPARE_MIB, spareMiB),
              memory(
                  "PSS of the inspector, idle after ten PDFs",
                  INSPECTOR_MIB,
                  inspectors.one() / MIB),
              memory(
                  "PSS of each of four inspectors, the largest",
                  EACH_MIB,
                  inspectors.each().stream().mapToDouble(bytes -> bytes / MIB).toArray()),
              memory("PSS of kernel task and launchd", SYSTEM_MIB, systemMiB)));
    }
  }

  /** Runs it; the consumer hears the number of each round. */
  Findings run(IntConsumer progress) throws IOException, InterruptedException {
    try (LaunchGround ground = LaunchGround.prepare(installation);
        LaunchSite without = LaunchSite.start(ground.withoutCaches(), ground, 0);
        LaunchSite cached = LaunchSite.start(installation, ground, 0);
        LaunchSite spares = LaunchSite.start(installation, ground, 1)) {
      HelloPeer hello = HelloPeer.prepare(ground);
      Map<String, List<Double>> millis = new LinkedHashMap<>();
      for (int round = 1 - warmUps; round <= rounds; round++) {
        Map<String, Long> nanos = new LinkedHashMap<>();
        nanos.put(SPARE, spares.fromSpare());
        spares.stop();
        spares.awaitSpare();
        nanos.put(HELLO, hello.plain());
        nanos.put(CACHED, cached.cold());
        cached.stop();
        nanos.put(HELLO_CACHED, hello.cached());
        nanos.put(COLD, without.cold());
        without.stop();
        if (round > 0) {
          nanos.forEach(
              (kind, took) -> millis.computeIfAbsent(kind, k -> new ArrayList<>()).add(took / 1e6));
        }
        progress.accept(round);
      }
      return new Findings(
          millis, spares.spareMemory() / MIB, inspectors(), spares.systemMemory() / MIB);
    }
  }

  private InspectorSite.Found inspectors() throws IOException, InterruptedException {
    try (InspectorSite site = InspectorSite.start(installation)) {
      return site.measure(documents);
    }
  }
}
