// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Many virtual threads that call at once, and one that does something else. The figures: the
 * percentiles of the calls, how long all took, and what the other one did in a second, beside them
 * and alone.
 *
 * @param callers what each of them calls
 */
public record Crowd(List<Latency.RoundTrip> callers) implements Rounds.Round {
  /** How many there are. */
  public static final int SIZE = 1_000;

  /** How long the service takes for a call, and how many it takes at once. */
  public static final long SERVICE_NANOS = 1_000_000;

  public static final int SERVICE_CALLS = 8;

  /** Places of the figures behind the percentiles. */
  public static final int ELAPSED = 5;

  public static final int TICKS = 6;
  public static final int TICKS_ALONE = 7;

  private static final long ALONE_NANOS = 100_000_000;
  private static final long TICK_NANOS = 200_000;
  private static final long PATIENCE_SECONDS = 50;

  public Crowd {
    callers = List.copyOf(callers);
  }

  /** The virtual thread that does something else. */
  private static final class Bystander {
    private final AtomicBoolean over = new AtomicBoolean();
    private final long begin = System.nanoTime();
    private final Thread thread = Thread.ofVirtual().unstarted(this::tick);
    private long ticks;

    static Bystander start() {
      Bystander bystander = new Bystander();
      bystander.thread.start();
      return bystander;
    }

    private void tick() {
      while (!over.get()) {
        ticks++;
        LockSupport.parkNanos(TICK_NANOS);
      }
    }

    /** How often it went on, by the second. */
    long stop() throws InterruptedException {
      long nanos = System.nanoTime() - begin;
      over.set(true);
      thread.join();
      return ticks * 1_000_000_000 / nanos;
    }
  }

  @Override
  public long[] run(int count) throws IOException {
    try {
      Bystander lonely = Bystander.start();
      LockSupport.parkNanos(ALONE_NANOS);
      long alone = lonely.stop();
      return call(Math.max(1, count / callers.size()), alone);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private long[] call(int times, long alone) throws IOException, InterruptedException {
    long[] nanos = new long[callers.size() * times];
    CountDownLatch done = new CountDownLatch(callers.size());
    AtomicReference<Exception> failure = new AtomicReference<>();
    Bystander bystander = Bystander.start();
    long begin = System.nanoTime();
    for (int i = 0; i < callers.size(); i++) {
      Latency.RoundTrip caller = callers.get(i);
      int first = i * times;
      Thread.startVirtualThread(() -> {
        try {
          for (int call = first; call < first + times; call++) {
            long start = System.nanoTime();
            caller.make();
            nanos[call] = System.nanoTime() - start;
          }
        } catch (IOException | RuntimeException e) {
          failure.set(e);
        } finally {
          done.countDown();
        }
      });
    }
    boolean all = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    long elapsed = System.nanoTime() - begin;
    long ticks = bystander.stop();
    Exception broken = failure.get();
    if (broken != null) {
      throw new IOException(broken);
    }
    if (!all) {
      throw new IOException(done.getCount() + " callers have no answer");
    }
    long[] figures = Arrays.copyOf(Latency.percentiles(nanos), TICKS_ALONE + 1);
    figures[ELAPSED] = elapsed;
    figures[TICKS] = ticks;
    figures[TICKS_ALONE] = alone;
    return figures;
  }
}
