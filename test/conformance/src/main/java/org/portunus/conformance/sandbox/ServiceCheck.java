// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.portunus.abi.time.Patience;
import org.portunus.conformance.report.SuiteRow;

/** Attempts and harm by a service of a real instance. */
final class ServiceCheck {
  private static final Path JDK = Path.of("/portunus/jdk");
  private static final Path SYSTEM = Path.of("/portunus/system");
  private static final String INTERRUPTED = "error xpc.interrupted";

  private final Setting setting;
  private final ServiceSession session;
  private final List<SuiteRow> rows;

  private ServiceCheck(Setting setting, ServiceSession session, List<SuiteRow> rows) {
    this.setting = setting;
    this.session = session;
    this.rows = rows;
  }

  static void run(Setting setting, Targets targets, List<SuiteRow> rows) throws IOException {
    try (ServiceSession session = ServiceSession.start(setting.ground(), setting.caller())) {
      ServiceCheck check = new ServiceCheck(setting, session, rows);
      check.attempts(targets);
      check.harm();
    }
  }

  private void attempts(Targets targets) throws IOException {
    for (ProbeRow probe : setting.table()) {
      if (probe.isLimit()) {
        continue;
      }
      String result = session.attempt(targets.fill(probe.attempt(), JDK, SYSTEM));
      boolean refused = probe.inside().contains(result);
      rows.add(
          setting.row(
              probe,
              "service",
              refused ? SuiteRow.Result.PASS : SuiteRow.Result.FAIL,
              refused ? result : result + " instead of " + probe.inside()));
    }
  }

  private void harm() throws IOException {
    String bystander = session.ask("ping", Plists.BYSTANDER);
    String task = session.ask("task", Plists.BYSTANDER);
    check("harm.bystander", "a second service runs", bystander, "count 1"::equals);
    String planted =
        session.ask("ping", Plists.PLANTED) + ", " + session.ask("exit", Plists.PLANTED);
    check(
        "harm.planted",
        "a bundle with a class of the system's packages does not start",
        planted,
        text -> text.startsWith("error launch.failed") && text.contains("bundle.refused"));
    heap();
    String descriptors = session.attempt("descriptors");
    check("harm.descriptors", "too many descriptors are EMFILE", descriptors, "EMFILE"::equals);
    String threads = session.harm("threads");
    check("harm.threads", "a thread bomb meets the limit", threads, "said limited"::equals);
    resident();
    killed("spin", "processor time used up ends the service", "limit.cpu");
    killed(
        "garbage", "what is no frame on the kernel socket ends the service", "protocol.violation");
    killed("silence", "a task that closes its kernel socket ends", ServiceCheck::isLeft);
    killed("x32", "an x32 call ends the service", "signal 31");
    killed("int80", "a 32-bit call, by native code of its own, ends the service", "signal 31");
    String after =
        session.ask("ping", Plists.BYSTANDER) + " " + session.ask("task", Plists.BYSTANDER);
    check(
        "harm.others",
        "the second service still runs, as the same task",
        after,
        ("count 2 " + task)::equals);
  }

  private void heap() throws IOException {
    String label = Plists.PROBE + ".heap";
    String before = session.ask("ping", label) + " " + session.ask("task", label);
    String full = session.harm("heap");
    String after = session.ask("ping", label) + " " + session.ask("task", label);
    check(
        "harm.heap",
        "a full heap is limit.memory",
        full,
        text -> text.startsWith("error limit.memory"));
    check(
        "harm.heap.lives",
        "the service goes on after it, as the same task",
        before + " then " + after,
        text -> before.replace("count 1", "count 2").equals(after));
  }

  /** As root a control group kills; else a limit refuses, and the JVM may end itself for it. */
  private void resident() throws IOException {
    if (setting.caller() == Caller.ROOT) {
      killed("resident", "memory beyond the hard limit ends the service", "limit.memory");
      return;
    }
    String result = session.harm("resident");
    check(
        "harm.resident",
        "memory beyond the hard limit is refused",
        result,
        text -> text.equals("said ENOMEM") || text.startsWith(INTERRUPTED));
  }

  /** By itself; on a machine that needs patience the kernel task may be first. */
  private static boolean isLeft(String text) {
    return text.contains("exited with status 70")
        || (Patience.ofThisProcess().factor() > 1 && text.contains("its kernel socket was closed"));
  }

  private void killed(String how, String title, String reason) throws IOException {
    killed(how, title, text -> text.contains(reason));
  }

  private void killed(String how, String title, Predicate<String> isReason) throws IOException {
    String result = session.harm(how);
    String exit = session.ask("exit", Plists.PROBE + "." + how);
    check(
        "harm." + how,
        title,
        result + ", " + exit,
        text -> text.startsWith(INTERRUPTED) && isReason.test(text));
  }

  private void check(String id, String title, String found, Predicate<String> isRight) {
    rows.add(setting.checked(id, title, isRight.test(found) ? "" : "found: " + found));
  }
}
