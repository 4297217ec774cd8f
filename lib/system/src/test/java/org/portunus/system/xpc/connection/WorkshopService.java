// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/** Does the work, and lets tests see how. */
final class WorkshopService implements Workshop {
  final BlockingQueue<Integer> notes = new LinkedBlockingQueue<>();
  final Semaphore blocked = new Semaphore(0);
  final Semaphore release = new Semaphore(0);
  final CountDownLatch interrupted = new CountDownLatch(1);
  final AtomicInteger echoes = new AtomicInteger();

  @Override
  public byte[] echo(byte[] bytes) {
    echoes.incrementAndGet();
    return bytes;
  }

  @Override
  public void note(int number) {
    notes.add(number);
  }

  @Override
  public int count(Counter counter, int times) {
    int sum = 0;
    for (int i = 1; i <= times; i++) {
      sum += counter.next(i);
    }
    return sum;
  }

  @Override
  public void block() throws InterruptedException {
    blocked.release();
    try {
      release.acquire();
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  @Override
  public void fail(String how) {
    switch (how) {
      case "memory" -> notes.add(new long[Integer.MAX_VALUE].length);
      case "stack" -> recurse(0);
      case "denied" -> throw new PortunusException(ErrorCode.DENIED, "not you");
      case "interrupted" -> throw new PortunusException(ErrorCode.INTERRUPTED, "a lie");
      default -> throw new IllegalArgumentException(how);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // to run out of stack
  private static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  @Override
  public Counter counter() {
    return step -> step + 1;
  }

  @Override
  public byte[] zeros(int length) {
    return new byte[length];
  }

  /** The stages that {@link #later} gave, for the test to end. */
  final BlockingQueue<CompletableFuture<String>> stages = new LinkedBlockingQueue<>();

  /** The counters that came with them. */
  final BlockingQueue<Counter> counters = new LinkedBlockingQueue<>();

  final AtomicInteger twices = new AtomicInteger();

  @Override
  public CompletionStage<String> later(Counter counter, String text) {
    if (text.equals("at once")) {
      throw new IllegalArgumentException("at once");
    }
    CompletableFuture<String> stage = new CompletableFuture<>();
    counters.add(counter);
    stages.add(stage);
    return stage;
  }

  @Override
  public int twice(Counter counter) throws InterruptedException {
    int answer = counter.next(twices.incrementAndGet());
    block();
    return answer;
  }

  @Override
  public CompletionStage<Integer> twiceLater(Counter counter) {
    int number = twices.incrementAndGet();
    return later(counter, "twice").thenCompose(go -> counter.nextLater(number));
  }
}
