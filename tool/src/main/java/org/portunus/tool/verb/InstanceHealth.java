// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.Status;
import org.portunus.tool.instance.CrashReports;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is wrong with the instance of a run folder, if there is one.
 *
 * @param state what it is like, in words
 * @param remarks what to look at
 */
record InstanceHealth(String state, List<Remark> remarks) {
  private static final long LARGE_LOG = 256L << 20;

  /**
   * @param remedy what to do about it
   */
  record Remark(String what, String remedy) {}

  /** Looks at the instance; one that does not answer is a remark. */
  static InstanceHealth of(Path run) throws IOException {
    List<Remark> remarks = new ArrayList<>();
    if (Files.exists(run) && !Files.isReadable(run)) {
      return new InstanceHealth(run + " belongs to another user", remarks);
    }
    crashes(run).ifPresent(remarks::add);
    largeLog(run).ifPresent(remarks::add);
    if (!Files.exists(run.resolve("socket"))) {
      return new InstanceHealth("no instance runs in " + run, remarks);
    }
    try (ControlDoor door = ControlDoor.open(run)) {
      Status status = door.control().status();
      status.jobs().forEach(job -> remark(job).ifPresent(remarks::add));
      if (status.spares().failures() > 0) {
        remarks.add(
            new Remark(
                status.spares().failures() + " spares failed since one was ready",
                "./portunus logs has spare.failed and spare.end with the reason"));
      }
      return new InstanceHealth(
          "the instance in %s answers: %d jobs, %d tasks"
              .formatted(run, status.jobs().size(), status.instance().counts().tasks().size()),
          remarks);
    } catch (PortunusException silent) {
      remarks.add(
          new Remark(
              String.valueOf(silent.getMessage()),
              silent.code().fix() + "; ./portunus logs may say why"));
      return new InstanceHealth("the instance in " + run + " does not answer", remarks);
    }
  }

  private static Optional<Remark> crashes(Path run) throws IOException {
    List<CrashReport> reports = new CrashReports(run).all();
    return reports.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Remark(
                "%d crash reports, the latest of %s: %s"
                    .formatted(
                        reports.size(),
                        reports.getFirst().head().label(),
                        reports.getFirst().died()),
                "./portunus crashes " + reports.getFirst().name()));
  }

  private static Optional<Remark> largeLog(Path run) throws IOException {
    Path log = run.resolve("log");
    return Files.exists(log) && Files.size(log) > LARGE_LOG
        ? Optional.of(
            new Remark(
                "the log has " + (Files.size(log) >> 20) + " MiB",
                "remove it while no instance runs there"))
        : Optional.empty();
  }

  private static Optional<Remark> remark(JobStatus job) {
    return job.state() == JobState.THROTTLED
        ? Optional.of(
            new Remark(
                "%s is throttled, last end: %s"
                    .formatted(job.label(), job.lastExit().orElse("unknown")),
                "./portunus crashes and ./portunus logs say what it died of"))
        : Optional.empty();
  }

  void print(Terminal terminal) {
    terminal.out().println();
    terminal.out().println(LogText.escape(state));
    for (Remark remark : remarks) {
      terminal.out().println(terminal.paint(Colour.YELLOW, "  " + LogText.escape(remark.what())));
      terminal.out().println("    to do: " + LogText.escape(remark.remedy()));
    }
  }

  void addTo(ObjectNode report) {
    ObjectNode instance = report.putObject("instance");
    instance.put("state", state);
    ArrayNode all = instance.putArray("remarks");
    remarks.forEach(
        remark -> all.addObject().put("what", remark.what()).put("remedy", remark.remedy()));
  }
}
