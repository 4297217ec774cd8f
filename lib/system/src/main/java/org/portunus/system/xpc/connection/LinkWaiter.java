// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.file.Descriptor;

/**
 * The one thread of a process that sleeps for all its links: it reads those that no other thread
 * reads, when their bell rings, and sees their end. So a virtual thread can park for a reply, and a
 * link at rest has no thread.
 *
 * <p>A link is added once and taken out once. What is called on the waiting thread never blocks:
 * where a link has no room for what came, a thread of its own takes it.
 */
final class LinkWaiter {
  /** A link, on the waiting thread. */
  interface Waiting {
    /** The bell, the end of the peer, or {@link #attend}. */
    void look();

    /** From time to time: whether it wants to be looked at. */
    boolean isOver();

    /** A look at it failed. */
    void broken(Throwable why);
  }

  /** A link, and what rings for it. */
  private record Watched(Waiting link, Descriptor socket) {}

  private static final int TICK_MILLIS = 100;
  private static final int EVENTS = 64;
  private static final long WAKE = 0;
  private static final ReentrantLock STARTING = new ReentrantLock();
  private static Optional<LinkWaiter> started = Optional.empty();

  private final int tickMillis;
  private final Epoll epoll;
  private final EventCounter wake;
  private final Map<Long, Watched> links = new ConcurrentHashMap<>();
  private final Queue<Waiting> called = new ConcurrentLinkedQueue<>();
  private final AtomicLong lastToken = new AtomicLong(WAKE);

  private LinkWaiter(int tickMillis) throws LinuxException {
    this.tickMillis = tickMillis;
    epoll = Epoll.create(EVENTS);
    wake = EventCounter.create();
    epoll.add(wake.descriptor(), Epoll.READABLE, WAKE);
  }

  /** The process's own, which runs until the process ends. */
  static LinkWaiter ofProcess() throws LinuxException {
    STARTING.lock();
    try {
      if (started.isEmpty()) {
        started = Optional.of(start(TICK_MILLIS));
      }
      return started.get();
    } finally {
      STARTING.unlock();
    }
  }

  /**
   * Another one, which runs until the process ends.
   *
   * @param tickMillis how long it sleeps at most; what it is for comes by the bell, and nothing but
   *     a revocation that nobody told may depend on this
   */
  static LinkWaiter start(int tickMillis) throws LinuxException {
    LinkWaiter made = new LinkWaiter(tickMillis);
    Thread.ofPlatform().daemon().name("link-waiter").start(made::run);
    return made;
  }

  /** A token for one link. */
  long token() {
    return lastToken.incrementAndGet();
  }

  /** Waits for the socket from now on. */
  void add(long token, Descriptor socket, Waiting link) throws LinuxException {
    links.put(token, new Watched(link, socket));
    boolean added = false;
    try {
      epoll.add(socket, Epoll.READABLE | Epoll.PEER_CLOSED, token);
      added = true;
    } finally {
      if (!added) {
        links.remove(token);
      }
    }
  }

  /** Waits for the socket no more; before it is closed. */
  void remove(long token) {
    Watched watched = links.remove(token);
    if (watched != null) {
      try {
        epoll.remove(watched.socket);
      } catch (LinuxException gone) {
        throw new IllegalStateException("the socket of a link was closed too early", gone);
      }
    }
  }

  /** Has the waiting thread look at the link soon. */
  void attend(Waiting link) {
    called.add(link);
    wake.signal();
  }

  private static void lookAt(@Nullable Waiting link) {
    if (link != null) {
      try {
        link.look();
      } catch (RuntimeException | OutOfMemoryError broken) {
        link.broken(broken);
      }
    }
  }

  private void run() {
    long lastTick = System.nanoTime();
    while (true) {
      int ready = epoll.await(links.isEmpty() ? Epoll.FOREVER : tickMillis);
      for (int i = 0; i < ready; i++) {
        long token = epoll.token(i);
        if (token == WAKE) {
          long _ = wake.drain();
        } else {
          Watched watched = links.get(token);
          lookAt(watched == null ? null : watched.link);
        }
      }
      // Not those that are called again meanwhile: sockets have their turn in between.
      for (int left = called.size(); left > 0; left--) {
        lookAt(called.poll());
      }
      if (System.nanoTime() - lastTick >= tickMillis * 1_000_000L) {
        for (Watched watched : links.values()) {
          if (watched.link.isOver()) {
            lookAt(watched.link);
          }
        }
        lastTick = System.nanoTime();
      }
    }
  }
}
