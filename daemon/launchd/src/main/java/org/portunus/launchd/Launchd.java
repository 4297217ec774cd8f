// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.abi.time.Patience;
import org.portunus.launchd.job.Job;
import org.portunus.launchd.log.LogWriter;
import org.portunus.launchd.log.StreamPump;
import org.portunus.launchd.plist.JobPlist;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ThisProcess;
import org.portunus.system.port.KernelGreeting;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;
import org.portunus.system.start.SecondFilter;

/**
 * The main program of the supervisor: {@code Launchd JOBS BUNDLES SPARES PATIENCE BEGUN
 * [OWNER...]}.
 *
 * <p>JOBS is the folder of launchd.plist files, BUNDLES the folder that their Bundle keys are
 * relative to, SPARES the most spares at once, PATIENCE the factor of {@link Patience}, BEGUN the
 * id of the event that recorded its start, OWNER the uid of somebody beside root who may own a
 * launchd.plist, as this task sees it. Descriptor 3 is the kernel socket, standard error the log of
 * the instance.
 */
public final class Launchd {
  /** Source of launchd's own lines in the log. */
  static final String SOURCE = "launchd";

  /** The name of the control service. */
  static final String CONTROL = "org.portunus.launchd.control";

  private static final int STANDARD_ERROR = 2;
  private static final int EXIT_USAGE = 64;
  private static final int EXIT_SOFTWARE = 70;
  private static final int FOLDER = OpenFlag.READ_ONLY | OpenFlag.DIRECTORY | OpenFlag.NO_FOLLOW;

  private Launchd() {}

  /** Runs until the kernel socket ends. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) {
    Descriptor standardError;
    try {
      // Never closed: the last line of this process may be about its own end.
      standardError = Descriptor.duplicateRaw(STANDARD_ERROR, KernelSocket.TASK_DESCRIPTOR + 1);
    } catch (LinuxException noStandardError) {
      return EXIT_SOFTWARE;
    }
    LogWriter log = new LogWriter(standardError, System::nanoTime);
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> uncaught(log, thread, fault));
    return run(arguments, log);
  }

  private static int run(String[] arguments, LogWriter log) {
    try {
      if (arguments.length < 5) {
        throw new PortunusException(
            ErrorCode.USAGE, "launchd JOBS BUNDLES SPARES PATIENCE BEGUN [OWNER...]");
      }
      int spares = Integer.parseUnsignedInt(arguments[2]);
      Patience patience = new Patience(Integer.parseUnsignedInt(arguments[3]));
      EventId begun = EventId.parse(arguments[4]);
      log.number(begun.epoch());
      Set<Integer> owners = new HashSet<>(Set.of(0));
      Arrays.stream(arguments).skip(5).map(Integer::parseUnsignedInt).forEach(owners::add);
      try (Descriptor bundles = Descriptor.open(Path.of(arguments[1]), FOLDER, 0);
          KernelSocket kernel = KernelSocket.ofTask();
          StreamPump pump = StreamPump.start(log, System::nanoTime)) {
        supervise(
            kernel, log, pump, bundles, Path.of(arguments[0]), owners, spares, patience, begun);
      }
      return 0;
    } catch (PortunusException e) {
      fail(log, String.valueOf(e.getMessage()));
      return switch (e.code()) {
        case INSTANCE_ENDED -> 0;
        case USAGE -> EXIT_USAGE;
        default -> EXIT_SOFTWARE;
      };
    } catch (IllegalArgumentException | LinuxException e) {
      fail(log, String.valueOf(e.getMessage()));
      return EXIT_SOFTWARE;
    } catch (KernelResultException | IllegalStateException | OutOfMemoryError e) {
      fail(log, e.toString());
      return EXIT_SOFTWARE;
    }
  }

  /**
   * A connection of the control service may fail alone. Without memory, or without the thread that
   * reads the jobs' output, launchd ends, and with it the instance.
   */
  private static void uncaught(LogWriter log, Thread thread, Throwable fault) {
    Throwable shown =
        fault instanceof ExceptionInInitializerError && fault.getCause() != null
            ? fault.getCause()
            : fault;
    String what = "thread " + thread.getName() + ": " + shown;
    if (fault instanceof Error || thread.getName().equals(StreamPump.THREAD)) {
      fail(log, what);
      Runtime.getRuntime().halt(EXIT_SOFTWARE);
    }
    log.write(LogLine.now(SOURCE, Optional.empty(), LogLine.Level.ERROR, what));
  }

  private static void fail(LogWriter log, String why) {
    log.write(LogLine.now(SOURCE, Optional.empty(), LogLine.Level.ERROR, "launchd ends: " + why));
  }

  private static void supervise(
      KernelSocket kernel,
      LogWriter log,
      StreamPump pump,
      Descriptor bundles,
      Path jobs,
      Set<Integer> owners,
      int spares,
      Patience patience,
      EventId begun)
      throws LinuxException {
    KernelGreeting greeting = kernel.greeting();
    HostPort host = new HostPort(kernel, right(greeting.host(), "send right to the host port"));
    PortName bootstrap = right(greeting.bootstrapReceive(), "receive right of the bootstrap port");
    Supervisor supervisor =
        new Supervisor(
            kernel, host, log, pump, bundles, spares, patience.of(Job.START_TIME), begun);
    try (Descriptor folder = Descriptor.open(jobs, FOLDER, 0)) {
      List<JobPlist> plists =
          JobFolder.read(
              folder,
              owners,
              refusal ->
                  supervisor
                      .log()
                      .note(
                          LogEvent.of("job.refuse")
                              .with("reason", String.valueOf(refusal.getMessage()))));
      plists.forEach(supervisor::load);
    }
    ControlService control = new ControlService(supervisor, host, greeting, Instant.now());
    PortName served = ControlHost.start(kernel, host, control);
    BootstrapPort server = new BootstrapPort(kernel, supervisor, served);
    supervisor.inbox().watch(bootstrap, server::handle);
    supervisor.inbox().answerAtOnce(bootstrap, server::answerAtOnce);
    supervisor
        .log()
        .note(
            LogEvent.of("launchd.ready")
                .because(Optional.of(begun))
                .with("instance", greeting.instance()));
    SecondFilter.install();
    kernel.announceReady();
    ThisProcess.makeUndumpable();
    supervisor.run();
  }

  private static PortName right(Optional<PortName> right, String what) {
    return right.orElseThrow(
        () -> new PortunusException(ErrorCode.DENIED, "the kernel gave this task no " + what));
  }
}
