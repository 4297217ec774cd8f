// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;

/**
 * Who reads a socket: a thread of its own, or, while one thread asks again and again, that thread
 * itself, so that no reply is handed from thread to thread.
 *
 * <pre>
 *   READS --many replies, one soon after the other--> AWAY --1 ms without a caller's turn--> READS
 *                                                     |  ^  \--somebody waits and does not lead-->
 *                                    a caller leads   v  |  the caller is done
 *                                    for more than   SLEEPS
 *                                    1 ms
 * </pre>
 *
 * <p>What nobody waits for, while the reader is away and no caller leads, is read after a
 * millisecond. Frames are taken by whoever leads, in the order in which they come.
 */
final class FrameReading implements Runnable {
  private static final long AWAY_NANOS = 1_000_000;
  private static final long SOON_NANOS = 500_000;
  private static final int MANY = 64;

  /** Takes the frames, one after the other. */
  interface Sink {
    /**
     * @return whether it was the reply to a question
     */
    boolean take(byte[] bytes, int length, List<Descriptor> descriptors)
        throws MalformedFrameException;
  }

  /** Hears of the end, on the reader's thread. */
  interface End {
    /**
     * @param violation empty when the other side closed
     */
    void ended(Optional<String> violation);
  }

  private final FrameSocket socket;
  private final Sink sink;
  private final End end;
  // Of the one that leads.
  private final byte[] bytes;
  private Optional<String> violation = Optional.empty();

  private final AtomicBoolean led = new AtomicBoolean();
  // Threads that wait for a reply and do not lead.
  private final AtomicInteger blocked = new AtomicInteger();
  private volatile @Nullable Thread reader;
  private volatile boolean over;
  private volatile boolean away;
  private volatile boolean sleeps;
  private volatile long turns;

  FrameReading(FrameSocket socket, int longest, Sink sink, End end) {
    this.socket = socket;
    this.bytes = new byte[longest];
    this.sink = sink;
    this.end = end;
  }

  void start() {
    Thread.ofPlatform().daemon().name("kernel-reader").start(this);
  }

  @Override
  public void run() {
    reader = Thread.currentThread();
    int soon = 0;
    long last = System.nanoTime();
    try {
      lead();
      while (!over) {
        if (readOne()) {
          long now = System.nanoTime();
          soon = now - last < SOON_NANOS ? soon + 1 : 0;
          last = now;
          if (soon >= MANY) {
            soon = 0;
            stepBack();
          }
        }
      }
    } finally {
      socket.close();
      end.ended(violation);
    }
  }

  /** Reads a frame, as the one that leads; whether it was a reply. */
  private boolean readOne() {
    List<Descriptor> descriptors = new ArrayList<>();
    int length = socket.receive(bytes, descriptors);
    if (length < 0) {
      if (length == FrameSocket.BROKEN) {
        violation = Optional.of("a message that is no frame");
      }
      over = true;
      return false;
    }
    boolean taken = false;
    try {
      boolean reply = sink.take(bytes, length, descriptors);
      taken = true;
      return reply;
    } catch (MalformedFrameException broken) {
      violation = Optional.of(String.valueOf(broken.getMessage()));
      over = true;
      return false;
    } finally {
      if (!taken) {
        over = true;
      }
    }
  }

  // The reader's thread.

  /** Lets callers lead; leads again when it returns. */
  private void stepBack() {
    away = true;
    led.set(false);
    boolean wanted = true;
    while (wanted && blocked.get() == 0 && !over) {
      long seen = turns;
      LockSupport.parkNanos(this, AWAY_NANOS);
      wanted = turns != seen;
    }
    lead();
  }

  private void lead() {
    while (!led.compareAndSet(false, true)) {
      sleeps = true;
      if (led.get()) {
        LockSupport.park(this);
      }
      sleeps = false;
    }
    away = false;
  }

  // Callers.

  /** Waits for a reply for ever; an interrupt is kept for the caller. */
  <T> T await(CompletableFuture<T> reply) throws ExecutionException {
    if (!reply.isDone() && away && !Thread.currentThread().isVirtual() && takeLead()) {
      try {
        while (!reply.isDone() && !over) {
          boolean _ = readOne();
        }
      } finally {
        giveLead();
      }
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return block(reply::get);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A wait that does not lead. */
  interface Wait<T, E extends Exception> {
    T run() throws InterruptedException, ExecutionException, E;
  }

  /** Waits for what others read. */
  <T, E extends Exception> T block(Wait<T, E> wait)
      throws InterruptedException, ExecutionException, E {
    blocked.incrementAndGet();
    try {
      if (away && !led.get()) {
        LockSupport.unpark(reader);
      }
      return wait.run();
    } finally {
      blocked.decrementAndGet();
    }
  }

  private boolean takeLead() {
    return led.compareAndSet(false, true);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // of the one that leads
  private void giveLead() {
    turns++;
    led.set(false);
    if (sleeps || over || blocked.get() > 0) {
      LockSupport.unpark(reader);
    }
  }
}
