// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.util.List;
import java.util.stream.Stream;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;

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
  public static List<String> refusals() {
    return List.of(
        "refused  mach_port_allocate_name, extract_member, get_set_status: not on the kernel socket",
        "refused  guards, contexts, service ports: no receive right has attributes yet",
        "refused  out-of-line memory, out-of-line ports, auxiliary data: files travel as rights",
        "refused  trailers below the audit token: every message has the whole trailer");
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
