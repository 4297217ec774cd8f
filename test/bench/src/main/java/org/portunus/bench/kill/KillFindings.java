// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.kill;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.portunus.bench.kill.CallLog.Ended;
import org.portunus.bench.report.BenchReport;
import org.portunus.bench.report.Measure;
import org.portunus.bench.report.Measure.Direction;
import org.portunus.interfaces.launchd.JobStatus;
import portunus.example.inspector.demo.Accounting;
import portunus.example.inspector.demo.Outcome;

/**
 * What became of documents and calls.
 *
 * @param once documents with exactly one entry
 * @param givenUp documents whose service died at each of their tries
 * @param restartMillis from each kill to the first answer of the next process
 * @param violations everything that should not be, in words
 */
record KillFindings(
    int rounds,
    long kills,
    long documents,
    long once,
    long lost,
    long givenUp,
    long answered,
    long interrupted,
    List<Double> restartMillis,
    List<String> violations) {
  private static final int TRIES = 3;
  private static final double MILLI = 1e6;

  /**
   * What was seen.
   *
   * @param sameVersion whether the service's answer was the same in the end as at first
   */
  record Observed(
      int rounds,
      List<Killer.Kill> kills,
      List<List<Ended>> documents,
      List<Accounting> passes,
      JobStatus job,
      boolean sameVersion) {}

  static KillFindings of(Observed seen) {
    List<String> violations = new ArrayList<>();
    long interrupted = 0;
    long answered = 0;
    long threeTimes = 0;
    for (List<Ended> calls : seen.documents()) {
      interrupted += calls.stream().filter(Ended::isInterrupted).count();
      answered += calls.stream().filter(call -> call.error().isEmpty()).count();
      threeTimes += calls.getLast().isInterrupted() ? 1 : 0;
      violations.addAll(violations(calls, seen.kills()));
    }
    long documents = 0;
    long once = 0;
    long lost = 0;
    long givenUp = 0;
    for (Accounting pass : seen.passes()) {
      Set<String> names = new HashSet<>();
      documents += pass.documents();
      once += pass.results().stream().filter(r -> names.add(r.found().name())).count();
      lost += pass.unfinished().size();
      givenUp += pass.byOutcome().getOrDefault(Outcome.INTERRUPTED, 0L);
    }
    if (givenUp != threeTimes) {
      violations.add(
          "%d documents are recorded as interrupted, %d were".formatted(givenUp, threeTimes));
    }
    if (seen.job().crashes() != seen.kills().size()) {
      violations.add(
          "launchd counts %d crashes of %d".formatted(seen.job().crashes(), seen.kills().size()));
    }
    if (!seen.sameVersion()) {
      violations.add("the service's version changed");
    }
    return new KillFindings(
        seen.rounds(),
        seen.kills().size(),
        documents,
        once,
        lost,
        givenUp,
        answered,
        interrupted,
        seen.kills().stream().map(kill -> (kill.answered() - kill.sent()) / MILLI).toList(),
        List.copyOf(violations));
  }

  /** What is wrong with the calls of one document. */
  static List<String> violations(List<Ended> calls, List<Killer.Kill> kills) {
    List<String> found = new ArrayList<>();
    checkTries(calls, found);
    calls.forEach(call -> checkCall(call, kills, found));
    return found;
  }

  /** A document is asked for again after each interruption, three times in all. */
  private static void checkTries(List<Ended> calls, List<String> violations) {
    int interruptions = (int) calls.stream().filter(Ended::isInterrupted).count();
    boolean ended = !calls.getLast().isInterrupted();
    boolean right =
        ended
            ? calls.size() == interruptions + 1 && interruptions < TRIES
            : calls.size() == TRIES && interruptions == TRIES;
    if (!right) {
      violations.add("tries of one document: " + calls);
    }
  }

  /** A call is answered, or a kill fell into it and it says so. */
  private static void checkCall(Ended call, List<Killer.Kill> kills, List<String> violations) {
    if (call.error().isEmpty()) {
      return;
    }
    boolean killed =
        kills.stream().anyMatch(kill -> call.start() <= kill.dead() && kill.sent() <= call.end());
    if (!call.isInterrupted() || !killed) {
      violations.add((killed ? "killed" : "not killed") + ", but ended with " + call.error());
    }
  }

  BenchReport report() {
    List<Double> sorted = restartMillis.stream().sorted().toList();
    return new BenchReport(
        "kill",
        List.of(
            Measure.count("kills of the service", kills, Direction.AT_LEAST, rounds),
            Measure.count("documents", documents),
            Measure.count("documents with exactly one entry", once, Direction.AT_LEAST, documents),
            Measure.count("documents lost", lost, Direction.AT_MOST, 0),
            Measure.count("documents given up after three tries", givenUp),
            Measure.count("calls answered", answered),
            Measure.count("calls interrupted", interrupted, Direction.AT_LEAST, 1),
            Measure.count(
                "calls and documents that broke a rule", violations.size(), Direction.AT_MOST, 0),
            restart("restart p50", sorted, 0.50),
            restart("restart p90", sorted, 0.90),
            restart("restart p99", sorted, 0.99)));
  }

  private static Measure restart(String name, List<Double> sorted, double part) {
    double value = sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    return new Measure(
        name,
        value,
        sorted.getFirst(),
        sorted.getLast(),
        "ms",
        OptionalDouble.empty(),
        Direction.AT_MOST,
        Optional.empty());
  }
}
