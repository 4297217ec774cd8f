// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicBoolean;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;

/**
 * Who reads a socket: a thread of its own, or the one that waits for a reply which comes soon, so
 * that it need not be handed from thread to thread. Frames are taken by whoever leads, one at a
 * time, in the order in which they come.
 *
 * <pre>
 *   reader   sleeps in epoll_wait --a frame is there--> leads, reads it --> sleeps
 *   caller   no longer wakes the reader, leads, reads until it has its reply,
 *            wakes the reader again by what is still there or comes next
 * </pre>
 *
 * <p>A caller that finds somebody leading waits for its reply as anybody does.
 */
final class FrameReading implements Runnable {
  /** Takes the frames, one after the other. */
  interface Sink {
    void take(byte[] bytes, int length, List<Descriptor> descriptors)
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
  private final Epoll readiness;
  private final AtomicBoolean led = new AtomicBoolean();
  // Of the one that leads.
  private final byte[] bytes;
  private Optional<String> violation = Optional.empty();

  private volatile boolean over;

  FrameReading(FrameSocket socket, int longest, Sink sink, End end) throws LinuxException {
    this.socket = socket;
    this.bytes = new byte[longest];
    this.sink = sink;
    this.end = end;
    this.readiness = Epoll.create(1);
    readiness.add(socket.readiness(), Epoll.READABLE, 0);
  }

  void start() {
    Thread.ofPlatform().daemon().name("kernel-reader").start(this);
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // who leads may wait for this processor
  public void run() {
    try {
      while (!over) {
        readWhenThere();
      }
    } finally {
      // From now on nobody leads: whoever did has gone, and touches the set no more.
      while (!led.compareAndSet(false, true)) {
        Thread.yield();
      }
      readiness.close();
      socket.close();
      end.ended(violation);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private void readWhenThere() {
    int ready = readiness.await(Epoll.FOREVER);
    assert ready >= 0 : "an open epoll set";
    if (led.compareAndSet(false, true)) {
      try {
        List<Descriptor> descriptors = new ArrayList<>();
        take(socket.receiveNow(bytes, descriptors), descriptors);
      } finally {
        led.set(false);
      }
    } else {
      // The moment in which a caller begins or ends, perhaps on this processor.
      Thread.yield();
    }
  }

  private void readOne() {
    List<Descriptor> descriptors = new ArrayList<>();
    take(socket.receive(bytes, descriptors), descriptors);
  }

  /** What was received, by the one that leads. */
  private void take(int length, List<Descriptor> descriptors) {
    if (length == FrameSocket.NOTHING) {
      return;
    }
    boolean taken = false;
    try {
      if (length >= 0) {
        sink.take(bytes, length, descriptors);
        taken = true;
      } else if (length == FrameSocket.BROKEN) {
        violation = Optional.of("a message that is no frame");
      }
    } catch (MalformedFrameException broken) {
      violation = Optional.of(String.valueOf(broken.getMessage()));
    } finally {
      if (!taken) {
        over = true;
      }
    }
  }

  /**
   * Waits for a reply for ever; an interrupt is kept for the caller.
   *
   * @param soon whether it comes without anybody else's doing, so that it is worth while to read
   */
  <T> T await(CompletableFuture<T> reply, boolean soon) throws ExecutionException {
    if (soon && !reply.isDone() && mayLead() && led.compareAndSet(false, true)) {
      try {
        lead(reply);
      } finally {
        led.set(false);
      }
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return reply.get();
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

  /** Whoever leads blocks its carrier, or a pool that would have another thread for it. */
  private static boolean mayLead() {
    Thread thread = Thread.currentThread();
    return !thread.isVirtual() && !(thread instanceof ForkJoinWorkerThread);
  }

  private void lead(CompletableFuture<?> reply) {
    if (over) {
      return;
    }
    wakeReaderBy(0);
    try {
      while (!reply.isDone() && !over) {
        readOne();
      }
    } finally {
      wakeReaderBy(Epoll.READABLE);
      if (over) {
        // An end wakes it whatever it waits for.
        socket.shutdown();
      }
    }
  }

  private void wakeReaderBy(int events) {
    try {
      readiness.modify(socket.readiness(), events, 0);
    } catch (LinuxException failure) {
      throw new IllegalStateException("an open socket in an open epoll set", failure);
    }
  }
}
