// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.entry.EntryFailure;
import org.portunus.linux.entry.EntryImage;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.Spawn;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/** Starts a plan the way the kernel's spawner does, and tells what came of it. */
record SandboxRun(
    ExitRecord exit,
    Map<String, String> results,
    String output,
    List<SandboxViolation> violations,
    Optional<EntryFailure> failure) {
  private static final int ORDINARY_USER = 65_533;
  private static final int STARTER_IMAGE = 8;
  private static final long PATIENCE_SECONDS = 90;

  /** Who starts it. */
  enum Starter {
    /** The test's own user. */
    SELF,
    /** An ordinary user without groups; the test is root. */
    ORDINARY_USER
  }

  /** Runs the plan and compares the started task with an expectation. */
  static SandboxRun of(LaunchPlan plan, Starter starter, SandboxExpectation expected)
      throws IOException {
    try (MemoryFile outer = MemoryFile.sealedProgram("outer", plan.outerImage());
        MemoryFile inner = MemoryFile.sealedCopy("inner", plan.innerImage());
        MemoryFile first = MemoryFile.sealedProgram("first", becomeOrdinary());
        UnixSocket.Pair sockets = UnixSocket.pair();
        Pipe log = Pipe.create();
        Pipe information = Pipe.create();
        Pipe report = Pipe.create()) {
      String program =
          switch (starter) {
            case SELF -> LaunchPlan.OUTER_PROGRAM;
            case ORDINARY_USER -> "/proc/self/fd/" + STARTER_IMAGE;
          };
      Spawn spawn =
          Spawn.of(program, List.of("entry"))
              .descriptor(log.writer(), 1)
              .descriptor(log.writer(), 2)
              .descriptor(sockets.second(), LaunchPlan.KERNEL_SOCKET)
              .descriptor(inner.descriptor(), LaunchPlan.INNER_IMAGE)
              .descriptor(information.writer(), LaunchPlan.INFORMATION)
              .descriptor(outer.descriptor(), LaunchPlan.OUTER_IMAGE)
              .descriptor(report.writer(), LaunchPlan.REPORT);
      if (starter == Starter.ORDINARY_USER) {
        spawn.descriptor(first.descriptor(), STARTER_IMAGE);
      }
      try (Child child = spawn.start()) {
        log.writer().close();
        information.writer().close();
        report.writer().close();
        sockets.second().close();
        CompletableFuture<Void> watchdog =
            CompletableFuture.runAsync(
                () -> child.signal(Signal.KILL),
                CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        try {
          return follow(child, log, information, report, sockets.first(), expected);
        } finally {
          watchdog.cancel(false);
          child.signal(Signal.KILL);
        }
      }
    }
  }

  private static byte[] becomeOrdinary() {
    EntryTable table = EntryTable.reportingTo(LaunchPlan.REPORT);
    table.identity(ORDINARY_USER, ORDINARY_USER);
    return EntryImage.emit(table.execute(LaunchPlan.OUTER_PROGRAM, List.of("entry"), List.of()));
  }

  private static SandboxRun follow(
      Child child,
      Pipe log,
      Pipe information,
      Pipe report,
      Descriptor socket,
      SandboxExpectation expected)
      throws IOException {
    LogReader reader = new LogReader(log.reader());
    Thread thread = new Thread(reader, "log");
    thread.start();
    String told = new String(information.reader().readFully(4096), StandardCharsets.UTF_8);
    List<SandboxViolation> violations = List.of();
    if (reader.awaitReady()) {
      int pid = LaunchPlan.childPid(told).orElseThrow();
      violations = SandboxVerification.violations(Path.of("/proc"), pid, expected);
      sendPicture(socket);
    }
    ExitRecord exit = child.await();
    byte[] failure = report.reader().readFully(EntryFailure.SIZE);
    try {
      thread.join();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupt);
    }
    return new SandboxRun(
        exit, reader.results(), reader.text(), violations, EntryFailure.decode(failure));
  }

  private static void sendPicture(Descriptor socket) throws LinuxException {
    try (SeqpacketChannel channel = SeqpacketChannel.of(Descriptor.own(socket.release()), 16);
        Descriptor picture = Picture.open()) {
      LinuxException.check(
          "sendmsg", channel.send(new byte[1], 0, 1, new int[] {picture.raw()}, 1, WaitMode.WAIT));
    }
  }

  /** Collects the log; "ready" is a line of its own. */
  private static final class LogReader implements Runnable {
    private final Descriptor pipe;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CountDownLatch readyOrEnded = new CountDownLatch(1);

    LogReader(Descriptor pipe) {
      this.pipe = pipe;
    }

    @Override
    public void run() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment buffer = arena.allocate(4096);
        for (long n = pipe.read(buffer); n > 0; n = pipe.read(buffer)) {
          bytes.writeBytes(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
          if (isReady()) {
            readyOrEnded.countDown();
          }
        }
      } finally {
        readyOrEnded.countDown();
      }
    }

    private boolean isReady() {
      return text().lines().anyMatch("ready"::equals);
    }

    boolean awaitReady() throws IOException {
      try {
        return readyOrEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && isReady();
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new IOException(interrupt);
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    Map<String, String> results() {
      Map<String, String> results = new HashMap<>();
      text()
          .lines()
          .filter(line -> line.contains("="))
          .forEach(line ->
              results.put(
                  line.substring(0, line.lastIndexOf('=')),
                  line.substring(line.lastIndexOf('=') + 1)));
      return results;
    }
  }
}
