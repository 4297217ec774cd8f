// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/** Names, rights, death, notifications, send and receive as mach/port.h and message.h have them. */
public final class MachSuite {
  /** What the command line calls it. */
  public static final String NAME = "mach";

  private MachSuite() {}

  /** The rows, by number. */
  public static List<Row> rows() {
    return Stream.concat(NameRows.rows().stream(), MessageRows.rows().stream()).toList();
  }

  /** What of the headers is not here, and why. */
  static List<String> refusals() {
    return List.of(
        "refused  mach_port_allocate_name, extract_member, get_set_status: not on the kernel socket",
        "refused  guards, contexts, service ports: no receive right has attributes yet",
        "refused  out-of-line memory, out-of-line ports, auxiliary data: files travel as rights",
        "refused  trailers below the audit token: every message has the whole trailer");
  }

  /** Checks every row in a private instance without jobs. */
  public static SuiteReport run(Installation installation) throws IOException {
    Path empty = Files.createTempDirectory("conformance-");
    // launchd reads it with a uid of its own.
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (PrivateInstance instance = PrivateInstance.start(installation, empty, empty)) {
      List<SuiteRow> checked = rows().stream().map(row -> row.checked(instance.socket())).toList();
      return new SuiteReport(NAME, checked, List.of());
    } finally {
      Files.deleteIfExists(empty);
    }
  }

  /** A line for each row, then the refusals. */
  public static List<String> list() {
    Stream<String> lines =
        rows().stream().map(row -> "%-8s %-10s %s".formatted(row.id(), row.setting(), row.title()));
    return Stream.concat(lines, refusals().stream()).toList();
  }

  static Row row(int number, String title, TaskCheck check) {
    return new Row(
        "mach-" + number, title, Setting.THREADS, tasks -> check.run(new Task(tasks.task())));
  }

  /** A row with one task. */
  @FunctionalInterface
  interface TaskCheck {
    void run(Task task) throws Exception;
  }
}
