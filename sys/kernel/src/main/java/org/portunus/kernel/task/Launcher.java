// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.portunus.kernel.EventLoop;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.Spawn;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.security.sandbox.LaunchPlan;

/**
 * The one thread that starts sandboxes. It lives as long as the kernel task: when it ends, Linux
 * ends every sandbox that it started.
 *
 * <p>The queue is as long as tasks may be in an instance; {@link #launch} is called by the loop,
 * which counts them. Verification of what was started also runs here, since reading /proc of a
 * hostile process could take its time.
 */
public final class Launcher {
  private static final int INFORMATION_BYTES = 512;
  private static final int INFORMATION_MILLIS = 10_000;

  private final EventLoop loop;
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

  /**
   * A sandbox to start.
   *
   * @param output where standard output and standard error go; closed when the sandbox has started
   */
  public record Order(LaunchPlan plan, Descriptor output, Descriptor error) {}

  /** What came of it. */
  public sealed interface Result {
    /** It runs. */
    record Started(LaunchedProcess process) implements Result {}

    /** It could not be started. */
    record Failed(String reason) implements Result {}
  }

  public Launcher(EventLoop loop) {
    this.loop = loop;
    Thread thread = new Thread(this::run, "portunus-launcher");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        work.take().run();
      }
    } catch (InterruptedException impossible) {
      // SAFETY: nobody interrupts this thread; if it ended, so would every sandbox, and all of the
      // instance is better ended at once.
      loop.stop();
    }
  }

  /** Starts a sandbox; the result arrives on the loop. */
  public void launch(Order order, Consumer<Result> whenDone) {
    work.add(() -> {
      Result result = start(order);
      loop.post(() -> whenDone.accept(result));
    });
  }

  /** Runs something that may take its time on this thread. */
  public void examine(Runnable examination) {
    work.add(examination);
  }

  private static Result start(Order order) {
    try (order.output;
        order.error) {
      return new Result.Started(spawn(order));
    } catch (LinuxException failure) {
      return new Result.Failed(String.valueOf(failure.getMessage()));
    }
  }

  private static LaunchedProcess spawn(Order order) throws LinuxException {
    LaunchPlan plan = order.plan;
    UnixSocket.Pair pair = UnixSocket.pair();
    UnixSocket.passCredentials(pair.first());
    try (Descriptor taskEnd = pair.second();
        MemoryFile inner = MemoryFile.sealedCopy("portunus-entry", plan.innerImage());
        MemoryFile outer = MemoryFile.sealedProgram("portunus-launch", plan.outerImage());
        Pipe information = Pipe.create();
        Pipe report = Pipe.create()) {
      Child child =
          Spawn.of(LaunchPlan.OUTER_PROGRAM, List.of("portunus-launch"))
              .descriptor(order.output, 1)
              .descriptor(order.error, 2)
              .descriptor(taskEnd, LaunchPlan.KERNEL_SOCKET)
              .descriptor(inner.descriptor(), LaunchPlan.INNER_IMAGE)
              .descriptor(information.writer(), LaunchPlan.INFORMATION)
              .descriptor(outer.descriptor(), LaunchPlan.OUTER_IMAGE)
              .descriptor(report.writer(), LaunchPlan.REPORT)
              .start();
      information.writer().close();
      report.writer().close();
      int pid = insidePid(information.reader(), child);
      Descriptor reportReader = report.reader().duplicate();
      LinuxException.check("fcntl F_SETFL", reportReader.setStatusFlags(OpenFlag.NON_BLOCKING));
      return new LaunchedProcess(child, pid, pair.first(), reportReader, plan);
    } catch (LinuxException failure) {
      pair.first().close();
      throw failure;
    }
  }

  /**
   * The pid that bubblewrap tells, or 0 when it ended before: the exit then says why. Read to its
   * end: bubblewrap writes in pieces, and a pipe closed too early would end it.
   */
  private static int insidePid(Descriptor information, Child child) throws LinuxException {
    StringBuilder text = new StringBuilder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(INFORMATION_BYTES);
      while (text.length() < INFORMATION_BYTES) {
        if (Readiness.await(information, Readiness.READABLE, INFORMATION_MILLIS) == 0) {
          child.signal(Signal.KILL);
          return 0;
        }
        long length = LinuxException.check("read", information.read(buffer));
        if (length == 0) {
          break;
        }
        byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        text.append(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return LaunchPlan.childPid(text.toString()).orElse(0);
  }
}
