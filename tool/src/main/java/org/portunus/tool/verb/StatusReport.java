// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.Optional;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.Instance;
import org.portunus.interfaces.launchd.JobLimits;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.Spare;
import org.portunus.interfaces.launchd.SparePool;
import org.portunus.interfaces.launchd.SpareStage;
import org.portunus.interfaces.launchd.Status;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The state of an instance, for people and as JSON.
 *
 * @param caveat what must be said first
 */
record StatusReport(Status status, Optional<String> caveat) {
  private static final int SHORT_IDENTITY = 12;

  void print(Terminal terminal) {
    caveat.ifPresent(text -> terminal.out().println(terminal.paint(Colour.YELLOW, text)));
    Instance instance = status.instance();
    terminal
        .out()
        .printf(
            "instance %s, since %s; %d ports, %d connections, %d queued messages%n%n",
            LogText.escape(instance.id()),
            instance.startTime(),
            instance.counts().ports(),
            instance.counts().connections(),
            instance.counts().queuedMessages());
    Table jobs =
        Table.of("state", "job", "task", "pid", "uid", "identity", "runs", "crashes", "last exit");
    Table limits =
        Table.of(
            "job",
            "heap MiB",
            "memory MiB",
            "processes",
            "CPU s",
            "descriptors",
            "idle s",
            "grace s");
    for (JobStatus job : status.jobs()) {
      addJob(jobs, job);
      job.limits().ifPresent(granted -> addLimits(limits, job.label(), granted));
    }
    jobs.print(terminal);
    if (status.jobs().stream().anyMatch(job -> job.limits().isPresent())) {
      terminal.out().println();
      limits.print(terminal);
    }
    printSpares(terminal);
  }

  private void printSpares(Terminal terminal) {
    SparePool pool = status.spares();
    terminal.out().printf("%nspares: %d of at most %d%n", pool.spares().size(), pool.most());
    if (!pool.spares().isEmpty()) {
      Table spares = Table.of("state", "task", "class");
      for (Spare spare : pool.spares()) {
        Colour colour = spare.stage() == SpareStage.WAITING ? Colour.GREEN : Colour.YELLOW;
        spares.add(colour, spare.stage().toString(), spare.task(), spare.kind());
      }
      spares.print(terminal);
    }
  }

  private static void addJob(Table table, JobStatus job) {
    table.add(
        colour(job.state()),
        state(job),
        job.label(),
        job.task().orElse("-"),
        job.pid() == 0 ? "-" : Integer.toString(job.pid()),
        job.uid() < 0 ? "-" : Integer.toString(job.uid()),
        job.identity().map(StatusReport::shortened).orElse("-"),
        Long.toString(job.runs()),
        Long.toString(job.crashes()),
        job.lastExit().orElse("-"));
  }

  private static String state(JobStatus job) {
    return job.state() == JobState.THROTTLED
        ? job.state() + " for " + job.throttledForMillis() + " ms"
        : job.state().toString();
  }

  private static String shortened(String identity) {
    return identity.substring(0, Math.min(SHORT_IDENTITY, identity.length()));
  }

  private static Colour colour(JobState state) {
    return switch (state) {
      case RUNNING -> Colour.GREEN;
      case IDLE -> Colour.BOLD;
      case STARTING, EXITING -> Colour.YELLOW;
      case THROTTLED, DISABLED -> Colour.RED;
    };
  }

  private static void addLimits(Table table, String label, JobLimits limits) {
    table.add(
        label,
        Integer.toString(limits.heapMiB()),
        Integer.toString(limits.memoryMiB()),
        Integer.toString(limits.processes()),
        Integer.toString(limits.cpuSeconds()),
        Integer.toString(limits.descriptors()),
        Double.toString(limits.idleMillis() / 1000.0),
        Double.toString(limits.graceMillis() / 1000.0));
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    caveat.ifPresent(text -> report.put("caveat", text));
    Instance instance = status.instance();
    ObjectNode head = report.putObject("instance");
    head.put("id", instance.id());
    head.put("epoch", Integer.toUnsignedLong(instance.epoch()));
    head.put("launchd", instance.launchd());
    head.put("startTime", instance.startTime().toString());
    ObjectNode counts = report.putObject("kernel");
    counts.put("ports", instance.counts().ports());
    counts.put("connections", instance.counts().connections());
    counts.put("queuedMessages", instance.counts().queuedMessages());
    counts.put("descriptors", instance.counts().descriptors());
    ArrayNode tasks = counts.putArray("tasks");
    instance.counts().tasks().forEach(task -> putTask(tasks.addObject(), task));
    ArrayNode jobs = report.putArray("jobs");
    status.jobs().forEach(job -> putJob(jobs.addObject(), job));
    SparePool pool = status.spares();
    ObjectNode spares = report.putObject("spares");
    spares.put("most", pool.most()).put("failures", pool.failures());
    ArrayNode each = spares.putArray("spares");
    for (Spare spare : pool.spares()) {
      each.addObject()
          .put("task", spare.task())
          .put("class", spare.kind())
          .put("state", spare.stage().name());
    }
    return report;
  }

  private static void putTask(ObjectNode object, TaskCounts task) {
    object
        .put("task", task.task())
        .put("kind", task.kind())
        .put("label", task.label())
        .put("pid", task.pid())
        .put("uid", task.uid())
        .put("names", task.names())
        .put("connections", task.connections());
  }

  private static void putJob(ObjectNode object, JobStatus job) {
    object.put("label", job.label());
    object.put("state", job.state().name());
    job.task().ifPresent(task -> object.put("task", task));
    object.put("pid", job.pid());
    object.put("uid", job.uid());
    job.identity().ifPresent(identity -> object.put("identity", identity));
    object.put("runs", job.runs());
    object.put("crashes", job.crashes());
    job.lastExit().ifPresent(exit -> object.put("lastExit", exit));
    object.put("throttledForMillis", job.throttledForMillis());
    ArrayNode services = object.putArray("services");
    job.services().forEach(services::add);
    job.limits().ifPresent(limits -> putLimits(object.putObject("limits"), limits));
  }

  private static void putLimits(ObjectNode object, JobLimits limits) {
    object
        .put("heapMiB", limits.heapMiB())
        .put("memoryMiB", limits.memoryMiB())
        .put("processes", limits.processes())
        .put("cpuSeconds", limits.cpuSeconds())
        .put("descriptors", limits.descriptors())
        .put("idleMillis", limits.idleMillis())
        .put("graceMillis", limits.graceMillis())
        .put("qos", limits.qos())
        .put("qosCeiling", limits.qosCeiling());
  }
}
