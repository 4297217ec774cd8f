// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireWriter;
import org.portunus.conformance.kernel.RawTask;
import org.portunus.linux.call.LinuxException;

/** A task that asks the kernel task something all the while, and remembers how long each took. */
final class LoopProbe implements AutoCloseable {
  private static final int MOST = 1 << 20;
  private static final int PATIENCE_SECONDS = 60;
  private static final double NANOS = 1e6;

  private final RawTask task;
  private final Thread thread;
  private final CompletableFuture<Boolean> end = new CompletableFuture<>();
  private final long[] nanos = new long[MOST];
  private volatile int count;
  private volatile boolean stopped;

  /**
   * Round trips of a time.
   *
   * @param longest milliseconds
   */
  record Figures(int pings, double median, double p999, double longest) {
    @Override
    public String toString() {
      return "%d pings, p50 %.3f ms, p99.9 %.3f, longest %.3f"
          .formatted(pings, median, p999, longest);
    }
  }

  private LoopProbe(RawTask task) {
    this.task = task;
    this.thread = new Thread(this::run, "loop-probe");
  }

  static LoopProbe start(Path socket) throws LinuxException, MalformedFrameException {
    LoopProbe probe = new LoopProbe(RawTask.greeted(socket));
    probe.thread.start();
    return probe;
  }

  private void run() {
    byte[] body = new WireWriter().i32(task.bootstrap()).toBytes();
    try {
      while (!stopped) {
        long from = System.nanoTime();
        if (task.ask(KernelOperation.PORT_TYPE, body).isEmpty()) {
          throw new AssertionError("the kernel ended the probe");
        }
        int now = count;
        nanos[now % MOST] = System.nanoTime() - from;
        count = now + 1;
      }
      end.complete(true);
    } catch (LinuxException | AssertionError failure) {
      end.completeExceptionally(failure);
    }
  }

  /** Where it is now. */
  int mark() {
    return count;
  }

  /** Waits for so many more round trips. */
  void await(int more) {
    int until = count + more;
    while (count < until && !end.isDone()) {
      Thread.onSpinWait();
    }
  }

  /** Since that mark, one round trip at least; those beyond a million are forgotten. */
  Optional<Figures> since(int mark) {
    int now = count;
    int from = Math.max(mark, now - MOST + 1);
    if (now <= from) {
      return Optional.empty();
    }
    long[] times = new long[now - from];
    for (int i = from; i < now; i++) {
      times[i - from] = nanos[i % MOST];
    }
    Arrays.sort(times);
    return Optional.of(
        new Figures(
            times.length,
            times[times.length / 2] / NANOS,
            times[(int) (times.length * 0.999)] / NANOS,
            times[times.length - 1] / NANOS));
  }

  @Override
  public void close() {
    stopped = true;
    try {
      boolean _ = end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new AssertionError("the probe", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      task.close();
    }
  }
}
