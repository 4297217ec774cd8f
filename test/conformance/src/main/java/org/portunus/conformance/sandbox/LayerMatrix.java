// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.process.ExitRecord;
import org.portunus.security.sandbox.LaunchPlan;
import org.portunus.security.sandbox.LaunchRequest;
import org.portunus.security.sandbox.SandboxHost;
import org.portunus.security.sandbox.SandboxLayer;
import org.portunus.security.sandbox.SandboxProfile;
import org.portunus.security.sandbox.limits.SandboxIdentity;
import org.portunus.security.sandbox.limits.UidRange;
import org.portunus.security.sandbox.limits.UidReservation;

/**
 * Attempts against removed layers: how many layers refuse each.
 *
 * <p>A layer alone refuses an attempt when the attempt succeeds without it. An attempt that fails
 * without any single one is refused by two at least.
 */
final class LayerMatrix {
  private static final String MAIN = "portunus.probe/portunus.probe.Inside";
  private static final Path BUBBLEWRAP = Path.of("/usr/bin/bwrap");
  private static final Path INSIDE_JDK = Path.of("/portunus/jdk");
  private static final Path INSIDE_SYSTEM = Path.of("/portunus/system");
  private static final LaunchRecord.Limits LIMITS =
      new LaunchRecord.Limits(64, 512, 96, 600, 64, 1000, 1000);

  /** bubblewrap tells a signal of its child as 128 and the number: SIGSYS. */
  private static final int KILLED_BY_FILTER = 128 + 31;

  /** Calls by other tables than the processor's own, as {@code harm} knows them. */
  static final List<String> OTHER_TABLES = List.of("x32", "int80");

  private final Setting setting;
  private final Targets targets;
  private final SandboxHost host;
  private final Optional<SandboxIdentity> identity;
  private final List<ProbeRow> probes;
  private final List<SuiteRow> rows = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  private LayerMatrix(
      Setting setting, Targets targets, SandboxHost host, Optional<SandboxIdentity> identity) {
    this.setting = setting;
    this.targets = targets;
    this.host = host;
    this.identity = identity;
    this.probes = setting.table().stream().filter(probe -> !probe.isJava()).toList();
  }

  static LayerMatrix run(Setting setting, Targets targets) throws IOException {
    SandboxHost host =
        SandboxHost.detect(BUBBLEWRAP, setting.ground().jdk(), setting.ground().system());
    if (setting.caller() == Caller.USER) {
      return new LayerMatrix(setting, targets, host, Optional.empty()).runAll();
    }
    try (UidReservation uids =
        UidReservation.claim(UidRange.RESERVED, Path.of("/etc"), Path.of("/run/portunus"))) {
      int uid = uids.range().first();
      SandboxIdentity leased = new SandboxIdentity(uid, uid);
      return new LayerMatrix(setting, targets, host, Optional.of(leased)).runAll();
    }
  }

  List<SuiteRow> rows() {
    return rows;
  }

  List<String> remarks() {
    return remarks;
  }

  private LayerMatrix runAll() throws IOException {
    checkWhole();
    Map<Removal, List<String>> results = new LinkedHashMap<>();
    for (Removal removal : Removal.each(setting.caller())) {
      results.put(removal, attempt(removal).results());
    }
    for (int i = 0; i < probes.size(); i++) {
      judge(i, results);
    }
    remark(results);
    for (String call : OTHER_TABLES) {
      otherTable(call);
    }
    return this;
  }

  /** All attempts in a whole sandbox. */
  private void checkWhole() throws IOException {
    PlanRun whole = attempt(Removal.NONE);
    String complaint = whole.violations().toString() + whole.failure().map(f -> " " + f).orElse("");
    rows.add(
        setting.checked(
            "plan.verified",
            "a whole sandbox passes the verification",
            complaint.equals("[]") ? "" : complaint));
    for (int i = 0; i < probes.size(); i++) {
      ProbeRow probe = probes.get(i);
      String result = whole.results().get(i);
      boolean refused = probe.inside().contains(result);
      rows.add(
          setting.row(
              probe,
              "plan",
              refused ? SuiteRow.Result.PASS : SuiteRow.Result.FAIL,
              refused ? result : result + " instead of " + probe.inside() + tail(whole)));
    }
  }

  private static String tail(PlanRun run) {
    String output = run.output();
    return run.exit().isSuccess()
        ? ""
        : "; the task ended: " + output.substring(Math.max(0, output.length() - 300));
  }

  /** What kills: in a task of its own, whole and without each filter. */
  private void otherTable(String call) throws IOException {
    List<String> complaints = new ArrayList<>();
    for (Removal removal :
        List.of(
            Removal.NONE,
            Removal.of(SandboxLayer.FILTER_ONE),
            Removal.of(SandboxLayer.FILTER_TWO))) {
      LaunchPlan plan = PlanRun.plan(host, request(List.of("harm " + call)), removal);
      PlanRun run = PlanRun.of(plan, setting.caller(), setting.ground().right(), 1);
      if (!run.exit().outcome().equals(new ExitRecord.Outcome.Exited(KILLED_BY_FILTER))) {
        complaints.add("without " + removal.name() + ": " + run.exit().outcome());
      }
    }
    rows.add(
        new SuiteRow(
            "call." + call,
            "a call by another table ends the task: " + call,
            "removed-" + setting.caller(),
            complaints.isEmpty() ? SuiteRow.Result.PASS : SuiteRow.Result.FAIL,
            complaints.toString()));
  }

  private LaunchRequest request(List<String> attempts) {
    return new LaunchRequest(
        SandboxProfile.JAVA_SERVICE,
        LIMITS,
        List.of(),
        MAIN,
        attempts,
        identity,
        List.of(),
        List.of());
  }

  private PlanRun attempt(Removal removal) throws IOException {
    boolean confined = !removal.layers().contains(SandboxLayer.MOUNTS);
    Path jdk = confined ? INSIDE_JDK : host.jdk();
    Path system = confined ? INSIDE_SYSTEM : host.system();
    List<String> attempts = new ArrayList<>();
    for (ProbeRow probe : probes) {
      attempts.add(targets.fill(probe.attempt(), jdk, system));
    }
    LaunchPlan plan = PlanRun.plan(host, request(attempts), removal);
    if (removal.equals(Removal.NONE)) {
      rows.add(
          setting.checked(
              "plan.listener", "no entry installs a filter with a listener", listeners(plan)));
    }
    return PlanRun.of(plan, setting.caller(), setting.ground().right(), attempts.size());
  }

  /** Rows of the entries that install a filter other than without flags or for all threads. */
  private static String listeners(LaunchPlan plan) {
    List<String> filters = new ArrayList<>();
    for (EntryTable table : List.of(plan.outer(), plan.inner())) {
      IntStream.range(0, table.size())
          .mapToObj(table::describe)
          .filter(row -> row.startsWith("seccomp("))
          .forEach(filters::add);
    }
    boolean none = filters.size() == 1 && filters.getFirst().startsWith("seccomp(1, 0, ");
    return none ? "" : filters.toString();
  }

  private void judge(int index, Map<Removal, List<String>> results) {
    ProbeRow probe = probes.get(index);
    Set<SandboxLayer> alone = EnumSet.noneOf(SandboxLayer.class);
    List<String> ended = new ArrayList<>();
    results.forEach((removal, list) -> {
      String result = list.get(index);
      if (result.isEmpty()) {
        ended.add(removal.name());
      } else if (removal.layers().size() == 1 && probe.isSuccess(result)) {
        alone.addAll(removal.layers());
      }
    });
    boolean stated = alone.equals(probe.only());
    String detail =
        alone.isEmpty() ? "at least two layers refuse it" : "only " + alone + " refuses it";
    if (!ended.isEmpty()) {
      rows.add(setting.row(probe, "removed", SuiteRow.Result.FAIL, "ended without " + ended));
    } else if (stated) {
      rows.add(setting.row(probe, "removed", SuiteRow.Result.PASS, detail));
    } else {
      rows.add(
          setting.row(
              probe, "removed", SuiteRow.Result.FAIL, detail + "; the table says " + probe.only()));
    }
  }

  /** Whether it took effect, not only passed this refusal to meet another. */
  private static boolean isDone(ProbeRow probe, String result) {
    return probe.isSuccess(result)
        && (result.equals("done") || probe.id().startsWith("process.execute"));
  }

  private void remark(Map<Removal, List<String>> results) {
    Map<String, Set<String>> byLayer = new LinkedHashMap<>();
    results.forEach((removal, list) -> {
      for (int i = 0; i < probes.size(); i++) {
        if (isDone(probes.get(i), list.get(i))) {
          byLayer.computeIfAbsent(removal.name(), n -> new TreeSet<>()).add(probes.get(i).id());
        }
      }
    });
    byLayer.forEach((name, ids) ->
        remarks.add("refused by " + name + " alone, as " + setting.caller() + ": " + ids));
  }
}
