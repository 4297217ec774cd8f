// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.Locale;
import java.util.Optional;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.JobLoad;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.TaskLoad;
import org.portunus.interfaces.launchd.ToldCalls;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an instance does, between two looks, for people and as JSON. */
record LoadReport(Load before, Load now) {
  private static final double NANOS = 1e9;

  private double seconds() {
    return Math.max(1, now.nanos() - before.nanos()) / NANOS;
  }

  private Optional<TaskLoad> earlier(TaskLoad task) {
    return before.tasks().stream().filter(each -> each.task().equals(task.task())).findFirst();
  }

  /** Empty without two words of the task; a task that counts backwards is not believed. */
  private Optional<Double> callsPerSecond(TaskLoad task) {
    Optional<ToldCalls> first = earlier(task).flatMap(TaskLoad::calls);
    if (first.isEmpty() || task.calls().isEmpty()) {
      return Optional.empty();
    }
    long calls = task.calls().get().taken() - first.get().taken();
    return calls < 0 ? Optional.empty() : Optional.of(calls / seconds());
  }

  private double processors(TaskLoad task) {
    long micros = task.processorMicros() - earlier(task).map(TaskLoad::processorMicros).orElse(0L);
    return Math.max(0, micros) / 1e6 / seconds();
  }

  private Optional<JobLoad> job(TaskLoad task) {
    return now.jobs().stream()
        .filter(job -> task.kind().equals("service") && job.label().equals(task.label()))
        .findFirst();
  }

  void print(Terminal terminal) {
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "instance %s: %d tasks, %d ports, %d queued messages, %d programs refused%n",
            LogText.escape(now.instance()),
            now.tasks().size(),
            now.ports(),
            now.queuedMessages(),
            now.refusedPrograms());
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "kernel task: %d turns, 99.9 %% within %d us, the longest %d us%n",
            now.kernelTurns().count(),
            now.kernelTurns().p999Micros(),
            now.kernelTurns().longestMicros());
    Table table =
        Table.of(
            "kind",
            "task",
            "job",
            "calls/s*",
            "open*",
            "CPU %",
            "MiB",
            "ports",
            "conns",
            "runs",
            "crashes",
            "refused");
    for (TaskLoad task : now.tasks()) {
      Optional<JobLoad> job = job(task);
      table.add(
          task.kind().equals("service") ? Colour.GREEN : Colour.BOLD,
          task.kind(),
          task.task(),
          task.label(),
          callsPerSecond(task).map(LoadReport::number).orElse("-"),
          task.calls().map(told -> Long.toString(open(told))).orElse("-"),
          number(100 * processors(task)),
          Long.toString(task.residentKiB() / 1024),
          Integer.toString(task.names()),
          Integer.toString(task.connections()),
          job.map(each -> Long.toString(each.runs())).orElse("-"),
          job.map(each -> Long.toString(each.crashes())).orElse("-"),
          Long.toString(task.refusals() + job.map(JobLoad::refusals).orElse(0L)));
    }
    table.print(terminal);
    for (JobLoad job : now.jobs()) {
      if (job.state() == JobState.THROTTLED || job.state() == JobState.DISABLED) {
        terminal
            .out()
            .println(
                terminal.paint(
                    Colour.RED,
                    LogText.escape(
                        "%s is %s: %d runs, %d crashes, %d demands refused"
                            .formatted(
                                job.label(),
                                job.state().toString().toLowerCase(Locale.ROOT),
                                job.runs(),
                                job.crashes(),
                                job.refusals()))));
      }
    }
    terminal.out().println("* told by the service");
  }

  private static long open(ToldCalls told) {
    return Math.max(0, told.taken() - told.answered());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    report.put("instance", now.instance());
    report.put("seconds", seconds());
    report.put("ports", now.ports());
    report.put("queuedMessages", now.queuedMessages());
    report.put("refusedPrograms", now.refusedPrograms());
    report
        .putObject("kernelTurns")
        .put("count", now.kernelTurns().count())
        .put("p999Micros", now.kernelTurns().p999Micros())
        .put("longestMicros", now.kernelTurns().longestMicros())
        .put("recentMicros", now.kernelTurns().recentMicros());
    ArrayNode tasks = report.putArray("tasks");
    now.tasks().forEach(task -> put(tasks.addObject(), task));
    ArrayNode jobs = report.putArray("jobs");
    for (JobLoad job : now.jobs()) {
      jobs.addObject()
          .put("label", job.label())
          .put("state", job.state().name())
          .put("runs", job.runs())
          .put("crashes", job.crashes())
          .put("refusals", job.refusals());
    }
    return report;
  }

  private void put(ObjectNode object, TaskLoad task) {
    object
        .put("task", task.task())
        .put("kind", task.kind())
        .put("label", task.label())
        .put("ports", task.names())
        .put("connections", task.connections())
        .put("residentKiB", task.residentKiB())
        .put("processorMicros", task.processorMicros())
        .put("processors", processors(task))
        .put("refusals", task.refusals());
    task.calls()
        .ifPresent(told ->
            object
                .putObject("toldByService")
                .put("callsTaken", told.taken())
                .put("callsAnswered", told.answered())
                .put("ageMillis", told.ageMillis()));
    callsPerSecond(task).ifPresent(rate -> object.put("toldCallsPerSecond", rate));
  }
}
