// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.time.Patience;
import org.portunus.linux.arch.OpenFlag;
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
import org.portunus.security.sandbox.LaunchPlan;
import org.portunus.security.sandbox.LaunchRequest;
import org.portunus.security.sandbox.SandboxHost;
import org.portunus.security.sandbox.SandboxVerification;
import org.portunus.security.sandbox.SandboxViolation;

/**
 * Attempts made by a bare task of a launch plan, started as the kernel's spawner does.
 *
 * @param results by the number of the attempt; {@code ""} where the task ended before
 * @param violations what the verification found
 */
record PlanRun(
    ExitRecord exit,
    List<String> results,
    List<SandboxViolation> violations,
    Optional<EntryFailure> failure,
    String output) {
  private static final int STARTER_IMAGE = 8;
  private static final int CHUNK = 4096;
  private static final int FIRST_PIECE = 512;
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(90));

  /** The plan of a request without these layers: reflection into the package that makes them. */
  static LaunchPlan plan(SandboxHost host, LaunchRequest request, Removal removal) {
    try {
      Method without =
          LaunchPlan.class.getDeclaredMethod(
              "without", SandboxHost.class, LaunchRequest.class, Set.class);
      without.setAccessible(true);
      return (LaunchPlan) without.invoke(null, host, request, removal.layers());
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException("LaunchPlan.without is not as this suite knows it", changed);
    }
  }

  static PlanRun of(LaunchPlan plan, Caller caller, Path right, int attempts) throws IOException {
    try (MemoryFile outer = MemoryFile.sealedProgram("outer", plan.outerImage());
        MemoryFile inner = MemoryFile.sealedCopy("inner", plan.innerImage());
        MemoryFile first = MemoryFile.sealedProgram("first", becomeOrdinary());
        UnixSocket.Pair sockets = UnixSocket.pair();
        Pipe log = Pipe.create();
        Pipe information = Pipe.create();
        Pipe report = Pipe.create()) {
      String program =
          caller.isAnother() ? "/proc/self/fd/" + STARTER_IMAGE : LaunchPlan.OUTER_PROGRAM;
      Spawn spawn =
          Spawn.of(program, List.of("entry"))
              .descriptor(log.writer(), 1)
              .descriptor(log.writer(), 2)
              .descriptor(sockets.second(), LaunchPlan.KERNEL_SOCKET)
              .descriptor(inner.descriptor(), LaunchPlan.INNER_IMAGE)
              .descriptor(information.writer(), LaunchPlan.INFORMATION)
              .descriptor(outer.descriptor(), LaunchPlan.OUTER_IMAGE)
              .descriptor(report.writer(), LaunchPlan.REPORT);
      if (caller.isAnother()) {
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
                CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        try {
          String told = new String(information.reader().readFully(CHUNK), StandardCharsets.UTF_8);
          Conversation talk = new Conversation(plan, log.reader(), sockets.first(), right, told);
          String output = talk.toTheEnd();
          ExitRecord exit = child.await();
          Optional<EntryFailure> failure =
              EntryFailure.decode(report.reader().readFully(EntryFailure.SIZE));
          return new PlanRun(exit, results(output, attempts), talk.violations, failure, output);
        } finally {
          watchdog.cancel(false);
          child.signal(Signal.KILL);
        }
      }
    }
  }

  private static byte[] becomeOrdinary() {
    EntryTable table = EntryTable.reportingTo(LaunchPlan.REPORT);
    table.identity(Caller.USER_ID, Caller.USER_ID);
    return EntryImage.emit(table.execute(LaunchPlan.OUTER_PROGRAM, List.of("entry"), List.of()));
  }

  private static List<String> results(String output, int attempts) {
    List<String> results = new ArrayList<>(Collections.nCopies(attempts, ""));
    output
        .lines()
        .filter(line -> line.matches("\\d{1,4}=.*"))
        .forEach(line -> {
          int equals = line.indexOf('=');
          results.set(Integer.parseInt(line.substring(0, equals)), line.substring(equals + 1));
        });
    return results;
  }

  /** What is said to the task and what it says. */
  private static final class Conversation {
    private final LaunchPlan plan;
    private final Descriptor log;
    private final Descriptor socket;
    private final Path right;
    private final String told;
    private List<SandboxViolation> violations = List.of();

    Conversation(LaunchPlan plan, Descriptor log, Descriptor socket, Path right, String told) {
      this.plan = plan;
      this.log = log;
      this.socket = socket;
      this.right = right;
      this.told = told;
    }

    String toTheEnd() throws IOException {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      boolean answered = false;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment buffer = arena.allocate(CHUNK);
        for (long n = log.read(buffer); n > 0; n = log.read(buffer)) {
          said.writeBytes(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
          if (!answered && isReady(said)) {
            answered = true;
            verifyAndGo();
          }
        }
      }
      return said.toString(StandardCharsets.UTF_8);
    }

    private static boolean isReady(ByteArrayOutputStream said) {
      return said.toString(StandardCharsets.UTF_8).lines().anyMatch("ready"::equals);
    }

    private void verifyAndGo() throws IOException {
      int pid = LaunchPlan.childPid(told).orElseThrow(() -> new IOException("no child: " + told));
      violations = SandboxVerification.violations(Path.of("/proc"), pid, plan.expectation());
      try (SeqpacketChannel channel =
              SeqpacketChannel.of(Descriptor.own(socket.release()), FIRST_PIECE);
          Descriptor file = Descriptor.open(right, OpenFlag.READ_ONLY, 0)) {
        LinuxException.check(
            "sendmsg", channel.send(new byte[1], 0, 1, new int[] {file.raw()}, 1, WaitMode.WAIT));
      }
    }
  }
}
