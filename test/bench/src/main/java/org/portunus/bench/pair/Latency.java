// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Round trips one after the other; the figures are their percentiles.
 *
 * @param silenceNanos how long nothing happens before each
 */
public record Latency(RoundTrip call, long silenceNanos) implements Rounds.Round {
  /** Makes one round trip. */
  public interface RoundTrip {
    void make() throws IOException;
  }

  public Latency(RoundTrip call) {
    this(call, 0);
  }

  @Override
  public long[] run(int count) throws IOException {
    return percentiles(measure(count, silenceNanos));
  }

  @Override
  public void warm(int count) throws IOException {
    long[] _ = measure(count, 0);
  }

  private long[] measure(int count, long silence) throws IOException {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      if (silence > 0) {
        pause(silence);
      }
      long begin = System.nanoTime();
      call.make();
      nanos[i] = System.nanoTime() - begin;
    }
    return nanos;
  }

  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** 50, 90, 99, 99.9 and the longest. */
  public static long[] percentiles(long[] nanos) {
    Arrays.sort(nanos);
    int last = nanos.length - 1;
    return new long[] {
      nanos[at(last, 0.5)],
      nanos[at(last, 0.9)],
      nanos[at(last, 0.99)],
      nanos[at(last, 0.999)],
      nanos[last]
    };
  }

  private static int at(int last, double share) {
    return (int) Math.round(last * share);
  }
}
