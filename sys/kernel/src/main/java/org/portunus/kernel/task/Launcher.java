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
import java.util.function.Supplier;
import org.portunus.abi.time.Patience;
import org.portunus.kernel.loop.EventLoop;
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
 * which counts them. Verification of what was started has a thread of its own, since reading /proc
 * of a hostile process could take its time; each task is verified once.
 */
public final class Launcher {
  private static final int INFORMATION_BYTES = 512;
  private static final int INFORMATION_MILLIS = 10_000 * Patience.ofThisProcess().factor();

  private final EventLoop loop;
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final BlockingQueue<Runnable> examinations = new LinkedBlockingQueue<>();

  /**
   * A sandbox to start.
   *
   * @param plan makes the plan, on the launcher's thread: it touches files
   */
  public record Order(Supplier<LaunchPlan> plan, Files files) {}

  /**
   * What it is given; closed when it has started.
   *
   * @param output where standard output and standard error go
   * @param seen files that the task sees, in the order of the plan
   */
  public record Files(Descriptor output, Descriptor error, List<Descriptor> seen)
      implements AutoCloseable {
    @Override
    public void close() {
      output.close();
      error.close();
      seen.forEach(Descriptor::close);
    }
  }

  /** What came of it. */
  public sealed interface Result {
    /** It runs. */
    record Started(LaunchedProcess process) implements Result {}

    /** It could not be started. */
    record Failed(String reason) implements Result {}
  }

  public Launcher(EventLoop loop) {
    this.loop = loop;
    start("portunus-launcher", work);
    start("portunus-examiner", examinations);
  }

  private void start(String name, BlockingQueue<Runnable> queue) {
    Thread thread = new Thread(() -> run(queue), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(BlockingQueue<Runnable> queue) {
    try {
      while (true) {
        queue.take().run();
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

  /** Runs something that touches files on the launcher's thread. Must not throw. */
  public void run(Runnable action) {
    work.add(action);
  }

  /** Runs something that may take its time on the examiner's thread. Must not throw. */
  public void examine(Runnable examination) {
    examinations.add(examination);
  }

  private static Result start(Order order) {
    try (order.files) {
      return new Result.Started(spawn(order, order.plan.get()));
    } catch (LinuxException failure) {
      return new Result.Failed(String.valueOf(failure.getMessage()));
    } catch (RuntimeException refused) {
      // The thread must go on: every sandbox that runs ends with it.
      return new Result.Failed(refused.toString());
    }
  }

  private static LaunchedProcess spawn(Order order, LaunchPlan plan) throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    boolean started = false;
    try (Descriptor taskEnd = pair.second();
        MemoryFile inner = MemoryFile.sealedCopy("portunus-entry", plan.innerImage());
        MemoryFile outer = MemoryFile.sealedProgram("portunus-launch", plan.outerImage());
        Pipe information = Pipe.create();
        Pipe report = Pipe.create()) {
      UnixSocket.passCredentials(pair.first());
      LinuxException.check("fcntl F_SETFL", report.reader().setStatusFlags(OpenFlag.NON_BLOCKING));
      Descriptor reportReader = Descriptor.own(report.reader().release());
      Spawn spawn =
          Spawn.of(LaunchPlan.OUTER_PROGRAM, List.of("portunus-launch"))
              .descriptor(order.files.output, 1)
              .descriptor(order.files.error, 2)
              .descriptor(taskEnd, LaunchPlan.KERNEL_SOCKET)
              .descriptor(inner.descriptor(), LaunchPlan.INNER_IMAGE)
              .descriptor(information.writer(), LaunchPlan.INFORMATION)
              .descriptor(outer.descriptor(), LaunchPlan.OUTER_IMAGE)
              .descriptor(report.writer(), LaunchPlan.REPORT);
      for (int i = 0; i < order.files.seen.size(); i++) {
        spawn.descriptor(order.files.seen.get(i), LaunchPlan.FILES + i);
      }
      Child child = spawn.start();
      information.writer().close();
      report.writer().close();
      started = true;
      int pid = insidePid(information.reader(), child);
      return new LaunchedProcess(child, pid, pair.first(), reportReader, plan);
    } finally {
      if (!started) {
        pair.first().close();
      }
    }
  }

  /**
   * The pid that bubblewrap tells, or 0 when it ended before or is ended for not telling: the exit
   * then says why. Read to its end: bubblewrap writes in pieces, and a pipe closed too early would
   * end it.
   */
  private static int insidePid(Descriptor information, Child child) {
    StringBuilder text = new StringBuilder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(INFORMATION_BYTES);
      while (text.length() < INFORMATION_BYTES) {
        long length = read(information, buffer);
        if (length < 0) {
          // ESRCH says that it has ended meanwhile.
          child.signal(Signal.KILL);
          return 0;
        }
        if (length == 0) {
          break;
        }
        byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        text.append(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return LaunchPlan.childPid(text.toString()).orElse(0);
  }

  /** Bytes read, 0 at the end, negative when nothing came in time or nothing can. */
  private static long read(Descriptor information, MemorySegment buffer) {
    try {
      int ready = Readiness.await(information, Readiness.READABLE, INFORMATION_MILLIS);
      return ready == 0 ? -1 : information.read(buffer);
    } catch (LinuxException broken) {
      // Whatever it was, the sandbox does not tell its pid.
      return -broken.number();
    }
  }
}
