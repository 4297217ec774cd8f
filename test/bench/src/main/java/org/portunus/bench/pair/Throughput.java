// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;

/**
 * Messages in one direction; the figures are how long it took until the last had arrived, and how
 * many there were.
 *
 * @param arrived how many have arrived, of all since the start
 */
public record Throughput(Sending sending, Arrived arrived) implements Rounds.Round {
  /** Bytes of a large message. */
  public static final int BLOCK = 64 << 10;

  private static final int WARM_ROUNDS = 20;

  /** Sends one message. */
  public interface Sending {
    void send() throws IOException;
  }

  /** Asks the receiver. */
  public interface Arrived {
    long count() throws IOException;
  }

  /** In rounds too: the compiler makes a loop that never ends ready, and nothing else. */
  @Override
  public void warm(int count) throws IOException {
    for (int i = 0; i < WARM_ROUNDS; i++) {
      long[] _ = run(count / WARM_ROUNDS);
    }
  }

  @Override
  public long[] run(int count) throws IOException {
    long last = arrived.count() + count;
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      sending.send();
    }
    while (arrived.count() < last) {
      Thread.onSpinWait();
    }
    return new long[] {System.nanoTime() - begin, count};
  }

  /** Messages in a second. */
  public static double perSecond(long[] figures) {
    return figures[1] * 1e9 / figures[0];
  }
}
