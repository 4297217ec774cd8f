// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.socket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.file.Descriptor;

/**
 * Two ends inside one process, without a socket: for the rehearsal of a spare, whose filters let it
 * make none. Descriptors travel as duplicates.
 */
public final class MemorySocket implements FrameSocket {
  private static final int MESSAGES = 64;
  private static final int ABOVE_KERNEL_SOCKET = 4;

  private final Lane in;
  private final Lane out;

  private MemorySocket(Lane in, Lane out) {
    this.in = in;
    this.out = out;
  }

  /** The two ends. */
  public record Pair(FrameSocket first, FrameSocket second) {}

  /** A pair of connected ends. */
  public static Pair pair() {
    Lane there = new Lane();
    Lane back = new Lane();
    return new Pair(new MemorySocket(back, there), new MemorySocket(there, back));
  }

  private record Message(byte[] bytes, List<Descriptor> descriptors) {}

  /** One direction. The lock {@code state} guards everything. */
  private static final class Lane {
    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private final ArrayDeque<Message> messages = new ArrayDeque<>(MESSAGES);
    private Optional<EventCounter> arrivals = Optional.empty();
    private boolean ended;

    /** Counts up with each message and at the end. */
    Descriptor readiness() throws LinuxException {
      state.lock();
      try {
        if (arrivals.isEmpty()) {
          arrivals = Optional.of(EventCounter.create());
          arrivals.get().signal();
        }
        return arrivals.get().descriptor();
      } finally {
        state.unlock();
      }
    }

    /** With the lock. */
    private void tell() {
      changed.signalAll();
      arrivals.ifPresent(EventCounter::signal);
    }

    int takeNow(byte[] bytes, List<Descriptor> descriptors) {
      state.lock();
      try {
        if (messages.isEmpty() && !ended) {
          arrivals.ifPresent(EventCounter::drain);
          return NOTHING;
        }
        return take(bytes, descriptors);
      } finally {
        state.unlock();
      }
    }

    int put(Message message) {
      state.lock();
      try {
        if (ended || messages.size() == MESSAGES) {
          message.descriptors.forEach(Descriptor::close);
          return ended ? ENDED : FULL;
        }
        messages.addLast(message);
        tell();
        return message.bytes.length;
      } finally {
        state.unlock();
      }
    }

    int take(byte[] bytes, List<Descriptor> descriptors) {
      state.lock();
      try {
        while (messages.isEmpty() && !ended) {
          changed.awaitUninterruptibly();
        }
        Message message = messages.pollFirst();
        if (message == null) {
          return ENDED;
        }
        changed.signalAll();
        System.arraycopy(message.bytes, 0, bytes, 0, message.bytes.length);
        descriptors.addAll(message.descriptors);
        return message.bytes.length;
      } finally {
        state.unlock();
      }
    }

    void awaitRoom(long nanos) throws InterruptedException {
      state.lock();
      try {
        long left = nanos;
        while (messages.size() == MESSAGES && !ended && left > 0) {
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
        tell();
      } finally {
        state.unlock();
      }
    }

    void discard() {
      end();
      state.lock();
      try {
        messages.forEach(message -> message.descriptors.forEach(Descriptor::close));
        messages.clear();
        arrivals.ifPresent(EventCounter::close);
        arrivals = Optional.empty();
      } finally {
        state.unlock();
      }
    }
  }

  @Override
  public int send(byte[] bytes, int length, int[] descriptors, int count) {
    List<Descriptor> copies = new ArrayList<>(count);
    try {
      for (int i = 0; i < count; i++) {
        copies.add(Descriptor.duplicateRaw(descriptors[i], ABOVE_KERNEL_SOCKET));
      }
    } catch (LinuxException tableFull) {
      copies.forEach(Descriptor::close);
      return REFUSED;
    }
    return out.put(new Message(Arrays.copyOf(bytes, length), copies));
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
  public int receive(byte[] bytes, List<Descriptor> descriptors) {
    return in.take(bytes, descriptors);
  }

  @Override
  public int receiveNow(byte[] bytes, List<Descriptor> descriptors) {
    return in.takeNow(bytes, descriptors);
  }

  @Override
  public Descriptor readiness() throws LinuxException {
    return in.readiness();
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
    out.end();
    in.discard();
  }
}
