// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames between two ends inside one process, without a descriptor or system call of its own; it
 * carries no descriptors. For the rehearsal of a spare, whose filter lets it make no socket.
 */
final class MemoryTransport implements Transport {
  private static final int FRAMES = 64;

  private final Lane in;
  private final Lane out;

  private MemoryTransport(Lane in, Lane out) {
    this.in = in;
    this.out = out;
  }

  /** The two ends. */
  record Pair(Transport first, Transport second) {}

  static Pair pair() {
    Lane there = new Lane();
    Lane back = new Lane();
    return new Pair(new MemoryTransport(back, there), new MemoryTransport(there, back));
  }

  /** One direction. The lock {@code state} guards everything. */
  private static final class Lane {
    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>(FRAMES);
    private boolean ended;

    int put(byte[] frame, int length) {
      state.lock();
      try {
        if (ended) {
          return ENDED;
        }
        if (frames.size() == FRAMES) {
          return FULL;
        }
        byte[] copy = new byte[length];
        System.arraycopy(frame, 0, copy, 0, length);
        frames.addLast(copy);
        changed.signalAll();
        return length;
      } finally {
        state.unlock();
      }
    }

    int take(byte[] into) {
      state.lock();
      try {
        while (frames.isEmpty() && !ended) {
          changed.awaitUninterruptibly();
        }
        byte[] frame = frames.pollFirst();
        if (frame == null) {
          return ENDED;
        }
        changed.signalAll();
        System.arraycopy(frame, 0, into, 0, frame.length);
        return frame.length;
      } finally {
        state.unlock();
      }
    }

    void awaitRoom(long nanos) throws InterruptedException {
      state.lock();
      try {
        long left = nanos;
        while (frames.size() == FRAMES && !ended && left > 0) {
          left = changed.awaitNanos(left);
        }
      } finally {
        state.unlock();
      }
    }

    void end() {
      state.lock();
      try {
        ended = true;
        changed.signalAll();
      } finally {
        state.unlock();
      }
    }
  }

  @Override
  public int send(byte[] frame, int length, int[] descriptors, int descriptorCount) {
    return descriptorCount > 0 ? REFUSED : out.put(frame, length);
  }

  @Override
  public void awaitRoom(long nanos) {
    try {
      out.awaitRoom(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(100)));
    } catch (InterruptedException kept) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int receive(InboundFrame into) {
    return in.take(into.bytes());
  }

  @Override
  public void shutdownReceive() {
    in.end();
  }

  @Override
  public void shutdown() {
    in.end();
    out.end();
  }

  @Override
  public void close() {
    shutdown();
  }
}
