// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.tool.instance.Installation;

/** Runs all settings of the sandbox suite. */
public final class SandboxSuite {
  private SandboxSuite() {}

  /** Makes every attempt in every setting that this machine and this user allow, all at once. */
  public static SuiteReport run(Installation installation) throws IOException {
    List<SuiteRow> rows = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    List<ProbeRow> table = ProbeRow.table();
    List<CompletableFuture<Findings>> settings = new ArrayList<>();
    for (Caller caller : Caller.values()) {
      if (caller.isPossible()) {
        settings.add(start(installation, caller, table));
      } else {
        rows.add(
            new SuiteRow(
                "all",
                "every attempt",
                caller.toString(),
                SuiteRow.Result.SKIP,
                "this run is not root's"));
      }
    }
    try {
      for (CompletableFuture<Findings> setting : settings) {
        rows.addAll(setting.get().rows());
        remarks.addAll(setting.get().remarks());
      }
    } catch (InterruptedException | ExecutionException failure) {
      throw new IOException(failure);
    }
    return new SuiteReport("sandbox", rows, remarks);
  }

  private record Findings(List<SuiteRow> rows, List<String> remarks) {}

  /** On ground of its own: no setting sees what another aims at. */
  private static CompletableFuture<Findings> start(
      Installation installation, Caller caller, List<ProbeRow> table) {
    CompletableFuture<Findings> findings = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("sandbox-" + caller)
        .start(() -> {
          List<SuiteRow> rows = new ArrayList<>();
          List<String> remarks = new ArrayList<>();
          try (Ground ground = Ground.prepare(installation)) {
            run(new Setting(ground, caller, table), rows, remarks);
          } catch (Throwable failure) {
            // Whoever waits for this thread waits for nothing else.
            findings.completeExceptionally(failure);
          }
          findings.complete(new Findings(rows, remarks));
        });
    return findings;
  }

  private static void run(Setting setting, List<SuiteRow> rows, List<String> remarks)
      throws IOException {
    try (Targets targets = Targets.open(setting.ground(), setting.caller())) {
      OutsideCheck.run(setting, targets, rows);
      LayerMatrix matrix = LayerMatrix.run(setting, targets);
      rows.addAll(matrix.rows());
      remarks.addAll(matrix.remarks());
      ServiceCheck.run(setting, targets, rows);
      String changes = targets.changes();
      rows.add(
          new SuiteRow(
              "canary",
              "secret file, counting process and settings of the host are as before",
              setting.caller().toString(),
              changes.isEmpty() ? SuiteRow.Result.PASS : SuiteRow.Result.FAIL,
              changes));
    }
  }
}
