// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.debug.TaskDebugger;
import org.portunus.debug.TaskDebuggerXpc;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.debugger.DebuggerDoor;
import org.portunus.tool.instance.HostPids;
import org.portunus.tool.instance.RunFolder;
import org.portunus.tool.recording.InstanceRecording;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** Looks into the task of a job in development mode. */
@Command(
    name = "debug",
    mixinStandardHelpOptions = true,
    description = {
      "Looks into the task of a job in development mode, through the kernel task.",
      "A job is in this mode if the Portunus dictionary of its property list has the key",
      "Development; others refuse (debug.refused), which is logged. A job that does not run is",
      "started, as by a call. What is shown is what the task tells of itself, at most 64 MiB.",
      "A recording has the calls that the task handles (org.portunus.HandledCall), and from the",
      "log of the instance launches (org.portunus.Launch) and refusals (InstanceRefusal).",
      "With --jdwp a debugger of the host (jdb, an IDE) connects to 127.0.0.1 and gets to the",
      "JDK's agent in the sandbox, until it leaves; all that the task may do, it may."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus debug tutorial.greeter --threads",
      "  ./portunus debug tutorial.greeter --threads --json - | jq '.threads[].state'",
      "  ./portunus debug tutorial.greeter --jfr greeter.jfr --for 30",
      "  jfr summary greeter.jfr                             # the JDK's own tool",
      "  ./portunus debug tutorial.greeter --heap greeter.hprof",
      "  ./portunus debug tutorial.greeter --jdwp 5005 &     # then: jdb -attach 127.0.0.1:5005"
    })
final class DebugVerb implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PREFIX = "debug.";

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Parameters(paramLabel = "NAME", description = "label of the job, or a service that it offers")
  private String name = "";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "how long a recording lasts, 1 to 3600 (default: 10)")
  private int seconds = 10;

  @ArgGroup(multiplicity = "1")
  private Look look = new Look();

  /** What is looked at; one of them. */
  static final class Look {
    @Option(names = "--threads", description = "the stacks of its threads")
    private boolean threads;

    @Option(
        names = "--jfr",
        paramLabel = "FILE",
        description = "a recording of the flight recorder, to a new file")
    private Optional<Path> jfr = Optional.empty();

    @Option(
        names = "--heap",
        paramLabel = "FILE",
        description = "a dump of its heap (HPROF), to a new file")
    private Optional<Path> heap = Optional.empty();

    @Option(
        names = "--jdwp",
        paramLabel = "PORT",
        description = "a port on 127.0.0.1 for a debugger; 0 is any")
    private Optional<Integer> jdwp = Optional.empty();
  }

  DebugVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds < 1 || seconds > TaskDebugger.LONGEST) {
      throw new PortunusException(ErrorCode.USAGE, "--for takes 1 to " + TaskDebugger.LONGEST);
    }
    long since = System.nanoTime();
    try (Instance instance = Instance.connect(run.socket());
        ServiceConnection<LaunchControl> control = instance.open(LaunchControlXpc.TYPE);
        ServiceConnection<TaskDebugger> task =
            instance.open(TaskDebuggerXpc.TYPE, control.proxy(PATIENCE).debugger(name))) {
      if (look.jdwp.isPresent()) {
        debug(control.proxy(PATIENCE), task.proxy(PATIENCE), look.jdwp.get());
      } else {
        look(task, since);
      }
    }
    return ExitStatus.FINE.number();
  }

  private void debug(LaunchControl control, TaskDebugger task, int port)
      throws IOException, InterruptedException {
    int agent = task.debuggerPort();
    String label = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    int pid =
        control.status().jobs().stream()
            .filter(job -> job.label().equals(label) || job.services().contains(label))
            .mapToInt(JobStatus::pid)
            .findFirst()
            .orElse(0);
    long host =
        HostPids.find(broker(), pid)
            .map(ProcessHandle::pid)
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.DEBUG_REFUSED, "the task of " + label + " is not seen from here"));
    try (DebuggerDoor door = DebuggerDoor.open(port, host, agent, this::complain)) {
      DebuggerReport report = new DebuggerReport(label, door.port());
      tell(report.json(), report::print);
      terminal.out().flush();
      door.serve();
    }
  }

  private long broker() throws IOException {
    try (Descriptor door = UnixSocket.connect(run.socket())) {
      return UnixSocket.peer(door).pid();
    } catch (LinuxException gone) {
      throw new IOException(gone);
    }
  }

  private void complain(String what) {
    terminal.err().println("portunus: debug: " + what);
  }

  private void look(ServiceConnection<TaskDebugger> task, long since)
      throws IOException, InterruptedException {
    if (look.jfr.isPresent()) {
      CaptureReport report = record(task, look.jfr.get(), since);
      tell(report.json(), report::print);
    } else if (look.heap.isPresent()) {
      CaptureReport report = dumpHeap(task, look.heap.get());
      tell(report.json(), report::print);
    } else if (look.threads) {
      ThreadsReport report = new ThreadsReport(name, task.proxy(PATIENCE).threads());
      tell(report.json(), report::print);
    }
  }

  /**
   * The instance's part comes first: nothing that the task gives can hide it. It begins when the
   * log was told of this look.
   */
  private CaptureReport record(ServiceConnection<TaskDebugger> task, Path path, long since)
      throws IOException, InterruptedException {
    Path log =
        RunFolder.log(run.folder())
            .orElseThrow(
                () -> new PortunusException(ErrorCode.USAGE, run.folder() + " has no log"));
    try (CaptureFile file = CaptureFile.create(path);
        InstanceRecording instance = InstanceRecording.start(log, since)) {
      task.proxy(PATIENCE.plusSeconds(seconds)).record(seconds);
      instance.end(file);
      file.add(task.proxy(PATIENCE));
      return new CaptureReport(name, "recording", path, file.complete());
    }
  }

  private CaptureReport dumpHeap(ServiceConnection<TaskDebugger> task, Path path)
      throws IOException {
    try (CaptureFile file = CaptureFile.create(path)) {
      task.proxy(PATIENCE).dumpHeap();
      file.add(task.proxy(PATIENCE));
      return new CaptureReport(name, "heap", path, file.complete());
    }
  }

  private void tell(ObjectNode report, Consumer<Terminal> text) throws IOException {
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report);
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      text.accept(terminal);
    }
  }
}
