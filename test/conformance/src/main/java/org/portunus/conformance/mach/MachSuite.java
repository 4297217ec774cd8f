// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import org.portunus.conformance.suite.TaskSource;
import org.portunus.system.port.PortName;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import portunus.probe.mach.MachTaskService;

/** Names, rights, death, notifications, send and receive as mach/port.h and message.h have them. */
public final class MachSuite {
  /** What the command line calls it. */
  public static final String NAME = "mach";

  private MachSuite() {}

  /** The rows, by number. */
  public static List<Row> rows() {
    return Stream.of(
            NameRows.rows(),
            MessageRows.rows(),
            TaskRows.rows(),
            TaskMessageRows.rows(),
            GuardRows.rows(),
            TrailerRows.rows(),
            DescriptorRows.rows(),
            OptionRows.rows(),
            MemoryRows.rows(),
            DiminishedRows.rows(),
            QosRows.rows(),
            VoucherRows.rows(),
            TaskPortRows.rows(),
            ExceptionRows.rows(),
            LimitRows.rows(),
            CountRows.rows(),
            FloodRows.rows())
        .flatMap(rows -> rows)
        .toList();
  }

  /** What of the headers is not here, and why. */
  static List<String> refusals() {
    return List.of(
        "refused  message filters, thread-group tracking: nobody here filters or tracks",
        "refused  guards for wrong names, rights and values: off by default in XNU, too",
        "refused  copies of out-of-line memory: it is sealed, nobody can write what was sent",
        "refused  more than 4,096 rights in a message, XNU 16,383: as many as a task has names",
        "refused  48 MiB of inline data: 48 KiB, more goes as memory",
        "refused  descriptors, memory and auxiliary data to ports of the kernel's own",
        "refused  voucher keys but IMPORTANCE, PTHPRIORITY (here: QoS) and USER_DATA: no ATM, no BANK",
        "refused  voucher commands for managers (SET_VALUE_HANDLE, AUTO_REDEEM, SEND_PREPROCESS, REDEEM)",
        "refused  1,025 bytes of user data in a voucher, XNU 16 KiB; more than 256 vouchers of a task",
        "refused  MACH_SEND_OVERRIDE, IMPORTANCE, NOIMPORTANCE: the QoS of a message is a field of its own",
        "refused  MACH_RCV_SYNC_WAIT, MACH_RCV_SYNC_PEEK, MACH_SEND_TRAILER: of XNU's own libraries",
        "refused  trailers of other types and elements: RCV_INVALID_TRAILER, where XNU gives all",
        "refused  TASK_ACCESS_PORT, TASK_DEBUG_CONTROL_PORT, ports of threads: nobody here uses them",
        "refused  exceptions other than guards and crashes, and those with the state of a thread",
        "refused  task_suspend of a program outside: NOT_SUPPORTED, its process is not the kernel's",
        "refused  setting a task's control or host port: NO_ACCESS, as with SIP",
        "refused  access vector and label in a trailer are 0: nobody here filters or labels");
  }

  /** Checks every row in a private instance whose jobs are the tasks that are processes. */
  public static SuiteReport run(Installation installation) throws IOException {
    try (ProbeJobs folder = ProbeJobs.prepare();
        PrivateInstance instance =
            PrivateInstance.start(installation, folder.jobs(), folder.bundles())) {
      List<SuiteRow> checked = rows().stream().map(row -> row.checked(instance)).toList();
      return new SuiteReport(NAME, checked, List.of());
    }
  }

  /** A line for each row, then the refusals, then XNU's headers with the row of each entry. */
  public static List<String> list() {
    Stream<String> lines =
        rows().stream()
            .map(row -> "%-14s %-10s %s".formatted(row.id(), row.setting(), row.title()));
    return Stream.of(lines, refusals().stream(), ClosedList.read().stream().map(ClosedList::line))
        .flatMap(part -> part)
        .toList();
  }

  /** The row with its task as a thread and as a process. */
  static Stream<Row> row(int number, String title, TaskCheck check) {
    String id = "mach-" + number;
    return Stream.of(
        new Row(id, title, Setting.THREADS, tasks -> check.run(thread(tasks))),
        new Row(
            id,
            title,
            Setting.PROCESSES,
            tasks -> {
              try (Parties parties = new Parties(tasks, Setting.PROCESSES)) {
                process(parties.join(), check);
              }
            }));
  }

  /** A task of this process. */
  static Task thread(TaskSource tasks) {
    return new Task(new TaskSocket(new MachTaskService(tasks.task())), Setting.THREADS);
  }

  /** Other rows come after it in the same process: what it left is given up. */
  private static void process(Party party, TaskCheck check) throws Exception {
    Task task = new Task(new TaskSocket(party.task()), Setting.PROCESSES);
    Set<Integer> before = Set.copyOf(task.kernel().names());
    try {
      check.run(task);
    } finally {
      for (int name : task.kernel().names()) {
        if (!before.contains(name)) {
          KernReturn _ = Task.result(() -> task.kernel().destroy(new PortName(name)));
        }
      }
    }
  }

  /** A row with one task. */
  @FunctionalInterface
  interface TaskCheck {
    void run(Task task) throws Exception;
  }
}
