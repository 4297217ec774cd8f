// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.KernelTurns;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/**
 * Hostile descriptors, given to the kernel task of a private instance by a task from outside, while
 * another asks it something all the time. Each is served or refused by a typed error, and nothing
 * of it is left. What the other's round trips took is told, and the longest turn of the kernel
 * task's loop, and neither is part of the verdict.
 */
public final class DescriptorSuite {
  /** What the command line calls it. */
  public static final String NAME = "descriptors";

  private static final String SETTING = "processes";
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int TRIES = 50_000;
  private static final int PINGS = 200;
  private static final int TIMES = 3;
  private static final double MICROS = 1e3;

  private final Path folder;
  private final Path socket;
  private final LoopProbe probe;
  private final LaunchControl control;
  private final InstanceCounts atRest;

  private DescriptorSuite(Path folder, Path socket, LoopProbe probe, LaunchControl control) {
    this.folder = folder;
    this.socket = socket;
    this.probe = probe;
    this.control = control;
    this.atRest = settled();
  }

  /** Does something hostile; throws if it does not end as it must. */
  private interface Strike {
    String run() throws IOException, MalformedFrameException;
  }

  /** A line for each row. */
  public static List<String> list() {
    List<String> lines = new ArrayList<>();
    for (HostileFile file : HostileFile.values()) {
      lines.add("%-30s %-10s %s".formatted("descriptors-" + file.id(), SETTING, file.title()));
    }
    lines.add("%-30s %-10s %s".formatted("descriptors-unasked", SETTING, Flood.UNASKED));
    lines.add("%-30s %-10s %s".formatted("descriptors-flood", SETTING, Flood.DEPOSITED));
    return lines;
  }

  /** Runs every row in a private instance without jobs. */
  public static SuiteReport run(Installation installation) throws IOException {
    Path folder =
        Files.createTempDirectory(
            "descriptors-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (PrivateInstance instance = PrivateInstance.start(installation, empty, empty);
        Instance client = Instance.connect(instance.socket());
        ServiceConnection<LaunchControl> connection = client.open(LaunchControlXpc.TYPE);
        LoopProbe probe = LoopProbe.start(instance.socket())) {
      DescriptorSuite suite =
          new DescriptorSuite(folder, instance.socket(), probe, connection.proxy(DEADLINE));
      return suite.run();
    } catch (MalformedFrameException broken) {
      throw new IOException(broken);
    } finally {
      Files.delete(empty);
      Files.delete(folder);
    }
  }

  private SuiteReport run() {
    int start = probe.mark();
    probe.await(PINGS);
    String quiet = figures(start);
    int mark = probe.mark();
    List<SuiteRow> rows = new ArrayList<>();
    for (HostileFile file : HostileFile.values()) {
      rows.add(row(file.id(), file.title(), () -> hand(file)));
    }
    rows.add(row("unasked", Flood.UNASKED, () -> Flood.unasked(socket, folder)));
    rows.add(row("flood", Flood.DEPOSITED, () -> Flood.deposited(socket, folder)));
    return new SuiteReport(
        NAME,
        rows,
        List.of("the loop at rest: " + quiet, "the loop in all rows: " + figures(mark)));
  }

  private SuiteRow row(String id, String title, Strike strike) {
    String name = "descriptors-" + id;
    int mark = probe.mark();
    try {
      KernelTurns _ = control.load().kernelTurns();
      String outcome = strike.run();
      probe.await(PINGS);
      String loop = figures(mark);
      double longest = control.load().kernelTurns().recentMicros() / MICROS;
      awaitRest();
      String told = "%s; loop: %s; longest turn %.3f ms".formatted(outcome, loop, longest);
      return new SuiteRow(name, title, SETTING, SuiteRow.Result.PASS, told);
    } catch (NotHere missing) {
      return new SuiteRow(
          name, title, SETTING, SuiteRow.Result.SKIP, String.valueOf(missing.getMessage()));
    } catch (IOException | MalformedFrameException | RuntimeException | AssertionError failure) {
      return new SuiteRow(name, title, SETTING, SuiteRow.Result.FAIL, failure.toString());
    }
  }

  /** This machine can't make such a descriptor. */
  static final class NotHere extends IOException {
    private static final long serialVersionUID = 1;

    NotHere(IOException why) {
      super("this machine has none: " + why.getMessage(), why);
    }
  }

  private String hand(HostileFile file) throws IOException, MalformedFrameException {
    String outcome = "";
    try (SelfServed task = SelfServed.enter(socket)) {
      for (int i = 0; i < TIMES; i++) {
        try (HeldFiles files = make(file)) {
          outcome = told(task.hand(file, files));
          files.afterTaken();
          probe.await(PINGS);
        }
      }
    }
    return outcome;
  }

  private HeldFiles make(HostileFile file) throws NotHere {
    try {
      return file.make(folder);
    } catch (IOException missing) {
      throw new NotHere(missing);
    }
  }

  static String told(Optional<ErrorCode> refusal) {
    return refusal.map(code -> "refused: " + code.dotted()).orElse("served");
  }

  private String figures(int mark) {
    return probe.since(mark).map(LoopProbe.Figures::toString).orElse("no round trip");
  }

  /** Counts that stay the same for a while: threads that close things have ended. */
  private InstanceCounts settled() {
    InstanceCounts last = control.counts();
    for (int same = 0, i = 0; same < 20 && i < TRIES; i++) {
      InstanceCounts now = control.counts();
      same = now.equals(last) ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  private void awaitRest() {
    InstanceCounts now = control.counts();
    for (int i = 0; !now.equals(atRest) && i < TRIES; i++) {
      now = control.counts();
    }
    if (!now.equals(atRest)) {
      throw new AssertionError("the kernel holds %s, before %s".formatted(now, atRest));
    }
  }
}
