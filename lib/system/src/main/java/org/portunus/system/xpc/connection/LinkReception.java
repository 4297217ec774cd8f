// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.event.FutexSet;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkFault;

/**
 * Leader and followers: of the threads that wait for something from a link, one leads, which means
 * that it reads, for all; the others park. Who has got what it waited for turns away, and another
 * leads. When none does, the peer's bell on the socket wakes the session's own thread.
 *
 * <pre>
 *   a caller that waits      leads, spins, sleeps; on a virtual thread it leads and spins only
 *   a handler without work   leads, spins, sleeps; runs the call that it reads, without leading
 *   the session's thread     leads when the bell rings, until nothing comes
 * </pre>
 *
 * <p>Whoever stops to lead while more is expected says so in the link's word of attention, and
 * looks once more. A handler that runs a call does not say so: a peer whose call is unanswered
 * rings in any case.
 */
final class LinkReception implements Reception {
  private static final int TICK_MILLIS = 100;
  private static final int READINESS_EVENTS = 2;
  private static final long TURN_NANOS = 50_000;
  private static final long IDLE_NANOS = 10_000_000_000L;
  private static final int MOST_FOR_OTHERS = 64;
  private static final VarHandle LEADING;

  static {
    try {
      LEADING = MethodHandles.lookup().findVarHandle(LinkReception.class, "leading", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final LinkTransport transport;
  private final LinkEnd end;
  private final InboundFrame frame = new InboundFrame();
  private final Epoll epoll;
  private final EventCounter wake;
  private final Queue<PendingCall> followers = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Taker taker;

  @SuppressWarnings("UnusedVariable") // by LEADING
  private volatile int leading;

  private volatile boolean ownWaits;
  // Others stop to lead: the session's thread takes over for good.
  private volatile boolean over;
  private volatile boolean stopping;
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  LinkReception(LinkTransport transport, LinkEnd end) throws LinuxException {
    this.transport = transport;
    this.end = end;
    this.epoll = Epoll.create(READINESS_EVENTS);
    this.wake = EventCounter.create();
    epoll.add(transport.socket().descriptor(), Epoll.READABLE | Epoll.PEER_CLOSED, 0);
    epoll.add(wake.descriptor(), Epoll.READABLE, 1);
  }

  boolean isOver() {
    return over;
  }

  boolean isStopped() {
    return stopped;
  }

  // The right to lead.

  private boolean tryLead() {
    return !over && LEADING.compareAndSet(this, 0, 1);
  }

  private void stopLeading() {
    LEADING.setVolatile(this, 0);
    if (ownWaits) {
      ownWaits = false;
      wake.signal();
    }
  }

  /**
   * Stops to lead when nobody else may: if more is expected somebody must be there for it.
   *
   * @param reader who was read for
   */
  private void turnAway(Taker reader) {
    do {
      if (reader.expectsMore()) {
        for (int i = 0; end.turnAway() && i < MOST_FOR_OTHERS && !over; i++) {
          boolean _ = readOne(reader);
        }
        if (end.hasRecord()) {
          ownWaits = true;
        }
      }
      stopLeading();
      // A call that began meanwhile found the lead taken, and its caller only waits.
    } while (reader.expectsMore() && followers.isEmpty() && end.isAwake() && tryLead());
    promote();
  }

  private void promote() {
    PendingCall next = followers.poll();
    if (next != null) {
      next.wake();
    }
  }

  // Reading, by the one that leads.

  /** Reads and takes a frame; false when none was there, or the session is over. */
  private boolean readOne(Taker reader) {
    try {
      int length = end.read(frame.bytes());
      if (length == LinkEnd.EMPTY) {
        return false;
      }
      if (length < 0) {
        fail(LinkFault.of(length));
        return false;
      }
      frame.place(end.readPosition(), transport.exchange());
      if (LinkTransport.isAnswer(frame.bytes())) {
        transport.answerTaken();
      }
      reader.take(frame, length);
      if (reader.isOver()) {
        over = true;
        wake.signal();
      }
      return !over;
    } catch (MalformedFrameException | RuntimeException broken) {
      fail(broken);
      return false;
    } finally {
      frame.discard();
    }
  }

  /** The link is dead; the session's thread ends the session. */
  void fail(LinkFault fault) {
    fail(
        fault == LinkFault.SEVERED
            ? new PortunusException(ErrorCode.INVALID, "the kernel revoked the link")
            : new MalformedFrameException("link: " + fault));
  }

  /** The kernel ended the connection. */
  void fail(PortunusException why) {
    fail((Exception) why);
  }

  private void fail(Exception broken) {
    if (failure == null) {
      failure = broken;
    }
    over = true;
    end.nudge();
    wake.signal();
  }

  // Callers.

  @Override
  public void await(PendingCall call, Optional<Deadline> deadline) throws InterruptedException {
    Taker reader = taker;
    if (reader == null) {
      call.await(deadline);
      return;
    }
    call.enter();
    if (Thread.currentThread().isVirtual()) {
      if (!call.hasEnded() && tryLead()) {
        leadSpinning(call, reader);
      }
      call.await(deadline);
      return;
    }
    while (!call.hasEnded()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (reader.hasRoom() && tryLead()) {
        leadFor(call, deadline, reader);
      } else if (!follow(call, deadline, reader)) {
        return;
      }
      if (!call.hasEnded() && deadline.isPresent() && deadline.get().remaining() <= 0) {
        return;
      }
    }
  }

  private boolean follow(PendingCall call, Optional<Deadline> deadline, Taker reader) {
    boolean queued = followers.add(call);
    try {
      // After it is in the queue: who stops to lead sees it, or this sees that nobody leads.
      if (LEADING.getVolatile(this).equals(0) && reader.hasRoom() && !over) {
        return true;
      }
      return call.hasEnded() || call.park(deadline);
    } finally {
      boolean _ = queued && followers.remove(call);
    }
  }

  private void leadFor(PendingCall call, Optional<Deadline> deadline, Taker reader) {
    try {
      end.attend();
      while (!call.hasEnded() && !over && reader.hasRoom()) {
        if (readOne(reader) || end.spin()) {
          continue;
        }
        long left = deadline.isPresent() ? deadline.get().remaining() : FutexSet.LONGEST;
        if (left <= 0 || over || Thread.currentThread().isInterrupted()) {
          return;
        }
        end.sleep(left);
      }
    } finally {
      turnAway(reader);
    }
  }

  private void leadSpinning(PendingCall call, Taker reader) {
    try {
      end.attend();
      while (!call.hasEnded()
          && !over
          && reader.hasRoom()
          && (readOne(reader) || end.spin())
          && followers.isEmpty()) {
        Thread.onSpinWait();
      }
    } finally {
      turnAway(reader);
    }
  }

  // Handlers.

  @Override
  public boolean readForWork(Work work) {
    Taker reader = taker;
    if (reader == null || !reader.hasRoom() || !tryLead()) {
      return false;
    }
    boolean come = false;
    boolean stays = false;
    try {
      end.attend();
      long begin = 0;
      while (!over && reader.hasRoom()) {
        boolean read = readOne(reader);
        Awaited awaited = work.awaited();
        if (awaited != Awaited.NOTHING && !(read && end.hasRecord())) {
          come = true;
          stays = awaited == Awaited.CALL && followers.isEmpty();
          break;
        }
        if (!read && !end.spin()) {
          begin = begin == 0 ? System.nanoTime() : begin;
          if (!followers.isEmpty() || System.nanoTime() - begin > IDLE_NANOS) {
            break;
          }
          end.sleep(FutexSet.LONGEST);
        } else if (read) {
          begin = 0;
        }
      }
    } finally {
      if (stays) {
        stopLeading();
      } else {
        turnAway(reader);
      }
    }
    return come;
  }

  // The session's own thread.

  @Override
  public void receiveAll(Taker reader) throws MalformedFrameException {
    end.begin();
    taker = reader;
    boolean open = true;
    while (open && !over && !stopping) {
      readForOthers(reader);
      if (end.isSevered()) {
        fail(LinkFault.SEVERED);
      }
      if (!over && !stopping) {
        int _ = epoll.await(TICK_MILLIS);
        long _ = wake.drain();
        open = collect();
      }
    }
    takeOver();
    if (failure == null && !stopped && !reader.isOver()) {
      readTheRest(reader);
    }
    rethrow();
  }

  private boolean collect() {
    return switch (transport.collect()) {
      case OPEN -> true;
      case ENDED -> false;
      case BROKEN -> {
        fail(new MalformedFrameException("packets on the socket that are no bell"));
        yield true;
      }
    };
  }

  /** Takes the lead if nobody has it, else is woken when it is given up. */
  private void readForOthers(Taker reader) {
    if (!tryLead()) {
      ownWaits = true;
      if (!tryLead()) {
        return;
      }
      ownWaits = false;
    }
    boolean more;
    do {
      end.attend();
      while (readOne(reader) || (!over && followers.isEmpty() && end.glance())) {
        Thread.onSpinWait();
      }
      more = end.turnAway() && !over;
    } while (more);
    stopLeading();
    promote();
  }

  private void takeOver() {
    over = true;
    end.nudge();
    while (!LEADING.compareAndSet(this, 0, 1)) {
      LockSupport.parkNanos(this, TURN_NANOS);
    }
  }

  private void readTheRest(Taker reader) throws MalformedFrameException {
    if (stopping) {
      end.stopTaking();
    }
    over = false;
    while (readOne(reader)) {
      Thread.onSpinWait();
    }
    boolean open = !over;
    over = true;
    end.closed();
    int length = open ? transport.takeRefusal(frame) : 0;
    if (length > 0) {
      reader.take(frame, length);
      frame.discard();
    }
  }

  private void rethrow() throws MalformedFrameException {
    switch (failure) {
      case null -> {}
      case MalformedFrameException broken -> throw broken;
      case RuntimeException broken -> throw broken;
      default -> throw new IllegalStateException("the reader failed", failure);
    }
  }

  /** Takes no more; what has come is still read. Any thread. */
  void stopTaking() {
    end.stopTaking();
    stopping = true;
    end.nudge();
    wake.signal();
  }

  /** Nothing is read from now on. Any thread. */
  void stop() {
    stopped = true;
    over = true;
    end.nudge();
    wake.signal();
  }

  /** After the last receive. */
  void close() {
    epoll.close();
    wake.close();
  }
}
