// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.portunus.conformance.report.SuiteRow;

/** Each attempt must succeed outside, else its refusal inside says nothing. */
final class OutsideCheck {
  private OutsideCheck() {}

  static void run(Setting setting, Targets targets, List<SuiteRow> rows) throws IOException {
    List<String> attempts = new ArrayList<>();
    for (ProbeRow probe : setting.table()) {
      attempts.add(
          targets.fill(probe.attempt(), setting.ground().jdk(), setting.ground().system()));
    }
    List<String> results = Control.results(setting.ground(), setting.caller(), attempts);
    for (int i = 0; i < results.size(); i++) {
      rows.add(row(setting, setting.table().get(i), results.get(i)));
    }
    cleanUp(setting, targets);
    for (String call : LayerMatrix.OTHER_TABLES) {
      rows.add(otherTable(setting, call));
    }
  }

  /** A call by another table of the processor: it may be that this kernel has no such table. */
  private static SuiteRow otherTable(Setting setting, String call) {
    String result;
    try {
      result = Control.results(setting.ground(), setting.caller(), List.of("harm " + call)).get(0);
    } catch (IOException ended) {
      result = "ended";
    }
    return new SuiteRow(
        "call." + call,
        "a call by another table: " + call,
        "outside-" + setting.caller(),
        result.equals("done") ? SuiteRow.Result.PASS : SuiteRow.Result.SKIP,
        result.equals("done") ? result : "this kernel does not have it: " + result);
  }

  private static SuiteRow row(Setting setting, ProbeRow probe, String result) {
    if (probe.isSuccess(result)) {
      return setting.row(probe, "outside", SuiteRow.Result.PASS, result);
    }
    if (setting.caller() == Caller.USER && probe.needsRoot()) {
      return setting.row(
          probe, "outside", SuiteRow.Result.SKIP, "only root succeeds outside: " + result);
    }
    if (probe.outside().contains(result)) {
      return setting.row(
          probe, "outside", SuiteRow.Result.SKIP, "this machine does not have it: " + result);
    }
    return setting.row(
        probe, "outside", SuiteRow.Result.FAIL, result + " instead of " + probe.outside());
  }

  /** Removes what succeeded. */
  private static void cleanUp(Setting setting, Targets targets) throws IOException {
    for (String made :
        List.of(
            "/tmp/{name}",
            "/tmp/{name}.j",
            "/{name}",
            "{folder}/{name}",
            "{folder}/{name}.d",
            "{folder}/{name}.l",
            "{folder}/{name}.h",
            "{folder}/{name}.p",
            "{jdk}/{name}",
            "{system}/{name}")) {
      String path = targets.fill(made, setting.ground().jdk(), setting.ground().system());
      Files.deleteIfExists(Path.of(path));
    }
  }
}
