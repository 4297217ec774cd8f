// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.FutexSet;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkFault;

/**
 * Leader and followers: of the threads that wait for something from a link, one leads, which means
 * that it reads, for all; the others park. Who has got what it waited for turns away, and another
 * leads. When none does, the peer's bell on the socket wakes the {@link LinkWaiter}.
 *
 * <pre>
 *   a caller that waits      leads, spins, sleeps; on a virtual thread it leads and spins only
 *   a handler without work   leads, spins, sleeps; runs the call that it reads, without leading
 *   the process's waiter     leads when the bell rings, until nothing comes
 *   a thread of its own      in the waiter's place when there is no room for calls for long; and at
 *                            the end
 * </pre>
 *
 * <p>Whoever stops to lead while more is expected says so in the link's word of attention, and
 * looks once more. A handler that runs a call does not say so: a peer whose call is unanswered
 * rings in any case.
 *
 * <p>A handler that runs requests without reply says BUSY, and reads between some of them and the
 * next: they run one after the other anyway. What else comes meanwhile rings. As long as the word
 * is BUSY and nobody leads, a handler runs such a request, and does nothing else before it has led
 * or has seen that another leads; who stops to lead meanwhile looks for it afterwards.
 */
final class LinkReception implements Reception, LinkWaiter.Waiting {
  private static final long IDLE_NANOS = 10_000_000_000L;
  private static final int MOST_FOR_OTHERS = 64;
  // Bytes of requests without reply that are read before they are run, and how many times as many
  // if others may be among them for which nobody rang.
  private static final int BATCH = 2048;
  private static final int BATCHES_UNRUNG = 4;
  private static final long FULL_NANOS = 50_000_000;
  // A peer that sends on and on must not keep a caller from its deadline.
  private static final int TURNS_BEFORE_CLOCK = 64;
  private final LinkTransport transport;
  private final LinkEnd end;
  private final LinkLead lead;
  private final LinkWaiter waiter;
  private final long token;
  private volatile @Nullable Taker taker;

  // Something may have come that the waiter is to read, although the word says BUSY.
  private volatile boolean owes;
  // The same, posted before the word said so: nobody rang for it. The waiter comes with its tick.
  private volatile boolean unrung;
  // Of the one that leads: up to which position that may be.
  private long owed;
  // The waiter wants to look when there is room for calls.
  private volatile boolean waitsForRoom;
  private volatile boolean stopping;
  private volatile boolean stopped;
  private String name = "";
  private @Nullable Outcome outcome;
  // Of the waiting thread.
  private boolean ending;
  private long fullSince;
  private final AtomicBoolean relieved = new AtomicBoolean();

  /**
   * @param waiter what looks when the bell rings
   */
  LinkReception(LinkTransport transport, LinkEnd end, LinkWaiter waiter) {
    this.transport = transport;
    this.end = end;
    this.waiter = waiter;
    this.lead = new LinkLead(transport, end, this::attend);
    this.token = waiter.token();
  }

  boolean isStopped() {
    return stopped;
  }

  // The right to lead.

  /**
   * Stops to lead when nobody else may: if more is expected somebody must be there for it.
   *
   * @param reader who was read for
   */
  private void turnAway(Taker reader) {
    do {
      if (reader.expectsMore()) {
        for (int i = 0; leaves(reader) && i < MOST_FOR_OTHERS && mayRead(reader); i++) {
          boolean _ = lead.read(reader);
        }
        if (end.hasRecord()) {
          leaveToWaiter();
        }
      }
      lead.release();
      // A call that began meanwhile found the lead taken, and its caller only waits; so did a
      // handler that has run its request.
    } while (reader.expectsMore() && !lead.hasFollowers() && isLeft(reader) && lead.take());
    lead.promote();
  }

  /** Says who reads from now on; whether something came before. */
  private boolean leaves(Taker reader) {
    if (!reader.runsOneways()) {
      return end.turnAway();
    }
    boolean busy = end.isBusy();
    boolean come = end.turnBusy();
    if (come && !busy) {
      owesALap();
    }
    return come;
  }

  /** All that has been posted by now lies within one lap of the ring. */
  private void owesALap() {
    owed = end.position() + end.capacity();
  }

  /** Whether the peer is told that somebody reads who may be gone. */
  private boolean isLeft(Taker reader) {
    return end.isAwake() || (end.isBusy() && !reader.runsOneways());
  }

  private void leaveToWaiter() {
    owes = true;
    lead.callWaiter();
  }

  private boolean mayRead(Taker reader) {
    return !lead.isOver() && reader.hasRoom();
  }

  /** The link is dead, and so is the session. */
  void fail(LinkFault fault) {
    lead.fail(fault);
  }

  /** The kernel ended the connection, and said why before it said that it took the link. */
  void ended(PortunusException why) {
    lead.sentenced(why);
  }

  /** The kernel said that it took the link. Any thread. */
  void revoked() {
    // The kernel's word says why, until it hears that this end is given up.
    boolean _ = end.isSevered();
    lead.fail(LinkFault.SEVERED);
    lead.fate().told();
  }

  // Callers.

  @Override
  public void await(PendingCall call, Until until) throws InterruptedException {
    Taker reader = taker;
    if (reader == null) {
      call.await(until);
      return;
    }
    call.enter();
    if (Thread.currentThread().isVirtual()) {
      if (!call.hasEnded() && lead.take()) {
        leadSpinning(call, until, reader);
      }
      call.await(until);
      return;
    }
    try {
      awaitOnPlatform(call, until, reader);
    } finally {
      // It may have been called to lead just when it stopped to wait.
      if (lead.hasFollowers() && lead.isFree()) {
        lead.promote();
      }
    }
  }

  private void awaitOnPlatform(PendingCall call, Until until, Taker reader)
      throws InterruptedException {
    while (!call.hasEnded()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (reader.hasRoom() && lead.take()) {
        leadFor(call, until, reader);
      } else if (!follow(call, until, reader)) {
        return;
      }
      if (!call.hasEnded() && !until.isNever() && until.remaining() <= 0) {
        return;
      }
    }
  }

  private boolean follow(PendingCall call, Until until, Taker reader) {
    boolean queued = lead.follow(call);
    try {
      // After it is in the queue: who stops to lead sees it, or this sees that nobody leads.
      if (lead.isFree() && reader.hasRoom() && !lead.isOver()) {
        return true;
      }
      return call.hasEnded() || call.park(until);
    } finally {
      if (queued) {
        lead.unfollow(call);
      }
    }
  }

  private void leadFor(PendingCall call, Until until, Taker reader) {
    try {
      end.attend();
      int turns = 0;
      while (!call.hasEnded() && !lead.isOver() && reader.hasRoom()) {
        if (lead.read(reader) || end.spin()) {
          if (++turns % TURNS_BEFORE_CLOCK == 0 && givesUp(until)) {
            return;
          }
          continue;
        }
        long left = Math.min(until.remaining(), FutexSet.LONGEST);
        if (left <= 0 || lead.isOver() || Thread.currentThread().isInterrupted()) {
          return;
        }
        end.sleep(left);
      }
    } finally {
      turnAway(reader);
    }
  }

  private static boolean givesUp(Until until) {
    return Thread.currentThread().isInterrupted() || until.remaining() <= 0;
  }

  private void leadSpinning(PendingCall call, Until until, Taker reader) {
    try {
      end.attend();
      int turns = 0;
      while (!call.hasEnded()
          && !lead.isOver()
          && reader.hasRoom()
          && (lead.read(reader) || end.spin())
          && !lead.hasFollowers()
          && (++turns % TURNS_BEFORE_CLOCK != 0 || !givesUp(until))) {
        Thread.onSpinWait();
      }
    } finally {
      turnAway(reader);
    }
  }

  /**
   * Nobody has led since the peer was told last that somebody reads: it is told now that nobody
   * does. Who leads now looks again when it stops.
   */
  @Override
  public void expect() {
    Taker reader = taker;
    if (reader != null && lead.take()) {
      turnAway(reader);
    }
  }

  // Handlers.

  @Override
  public boolean isRevoked() {
    return lead.fate().isRevoked();
  }

  @Override
  public boolean readForWork(Work work) {
    Taker reader = taker;
    if (reader == null || !reader.hasRoom() || !lead.take()) {
      return false;
    }
    Awaited come = Awaited.NOTHING;
    try {
      end.attendRest();
      come = readUntil(work, reader);
    } finally {
      switch (come) {
        case CALL -> stay(reader);
        case ONEWAY -> stayBusy();
        case END, NOTHING -> turnAway(reader);
      }
    }
    return come != Awaited.NOTHING;
  }

  /** Reads until there is work; NOTHING when none came for long, or others are to read. */
  private Awaited readUntil(Work work, Taker reader) {
    long begin = 0;
    long first = end.position();
    while (!lead.isOver() && reader.hasRoom()) {
      boolean read = lead.read(reader);
      Awaited awaited = work.awaited();
      if (awaited == Awaited.ONEWAY && !end.isBusy()) {
        unrung = end.turnBusy();
        owesALap();
      } else if (unrung && (!end.hasRecord() || end.position() >= owed)) {
        unrung = false;
      }
      if (awaited != Awaited.NOTHING) {
        if (!(read && end.hasRecord()) || isBatch(first)) {
          return awaited;
        }
      } else if (!read) {
        begin = begin == 0 ? System.nanoTime() : begin;
        if (!awaitRecord(begin)) {
          return Awaited.NOTHING;
        }
      } else {
        begin = 0;
      }
    }
    return Awaited.NOTHING;
  }

  /** Whether enough was read to be run first, by a handler that reads again after it. */
  private boolean isBatch(long first) {
    return end.isBusy() && end.position() - first >= (unrung ? BATCHES_UNRUNG * BATCH : BATCH);
  }

  /** Waits for a record, at most some time; false when this thread has waited long enough. */
  private boolean awaitRecord(long begin) {
    if (end.isBusy()) {
      if (!end.glance()) {
        end.attend();
      }
      return true;
    }
    if (!end.spin()) {
      if (lead.hasFollowers() || System.nanoTime() - begin > IDLE_NANOS) {
        return false;
      }
      end.sleep(FutexSet.LONGEST);
    }
    return true;
  }

  /** This thread runs a call now. Who was told that it runs other requests did not ring. */
  private void stay(Taker reader) {
    boolean busy = end.isBusy();
    end.attend();
    if (!lead.hasFollowers() && !(busy && end.hasRecord())) {
      lead.release();
    } else {
      turnAway(reader);
    }
  }

  /** This thread runs requests without reply now. */
  private void stayBusy() {
    lead.release();
    lead.promote();
  }

  @Override
  public void leaveOneways() {
    if (end.isBusy()) {
      expect();
    }
  }

  // The process's waiter.

  @Override
  public void start(String threads, Taker reader, Outcome whenOver) {
    name = threads;
    outcome = whenOver;
    end.begin();
    taker = reader;
    try {
      waiter.add(token, transport.socket().readiness(), this);
    } catch (LinuxException refused) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "connection", refused);
    }
    attend();
  }

  private void attend() {
    waiter.attend(this);
  }

  @Override
  public boolean isOver() {
    return lead.isOver() || waitsForRoom || unrung || end.isSevered();
  }

  @Override
  public void look() {
    Taker reader = taker;
    if (ending || reader == null) {
      return;
    }
    boolean open = lead.isOver() || stopping || collect();
    if (!lead.isOver() && end.isSevered()) {
      lead.fail(LinkFault.SEVERED);
    }
    if (open && !lead.isOver() && !stopping) {
      readForOthers(reader);
    }
    if (lead.isOver() || stopping || !open) {
      conclude(reader);
    }
  }

  @Override
  public void broken(Throwable why) {
    Taker reader = taker;
    if (!ending && reader != null) {
      lead.fail(new IllegalStateException("the reader of this side failed", why));
      conclude(reader);
    }
  }

  private void conclude(Taker reader) {
    ending = true;
    waiter.remove(token);
    try {
      Thread.ofPlatform().daemon().name(name).start(() -> finish(reader));
    } catch (OutOfMemoryError noThread) {
      finish(reader);
    }
  }

  private boolean collect() {
    return switch (transport.collect()) {
      case OPEN -> true;
      case RUNG -> {
        owes = true;
        yield true;
      }
      case ENDED -> false;
      case BROKEN -> {
        lead.fail(new MalformedFrameException("packets on the socket that are no bell"));
        yield true;
      }
    };
  }

  /**
   * Takes the lead if nobody has it, else the waiter looks again when it is given up. It also does
   * so after a number of records: a peer that sends on and on must not keep it from other links.
   */
  private void readForOthers(Taker reader) {
    if (!reader.hasRoom()) {
      awaitRoom(reader);
      return;
    }
    waitsForRoom = false;
    if (!lead.take()) {
      lead.callWaiter();
      if (!lead.take()) {
        return;
      }
      lead.keepWaiter();
    }
    if (owes || unrung) {
      owes = false;
      unrung = false;
      owesALap();
    }
    int left = MOST_FOR_OTHERS;
    do {
      end.attendRest();
      while (left > 0
          && mayRead(reader)
          && !stopping
          && isOwed()
          && (lead.read(reader) || (!lead.isOver() && !lead.hasFollowers() && end.glance()))) {
        left--;
      }
    } while (leaves(reader) && isOwed() && left > 0 && mayRead(reader) && !stopping);
    if (left <= 0 && isOwed()) {
      lead.callWaiter();
    }
    boolean full = end.hasRecord() && !lead.isOver() && !reader.hasRoom();
    lead.release();
    if (isLeft(reader)) {
      expect();
    }
    lead.promote();
    if (full) {
      awaitRoom(reader);
    }
  }

  /** Whether the next record may have to be read by the waiter, and not by a busy handler. */
  private boolean isOwed() {
    return !end.isBusy() || end.position() < owed;
  }

  /** The waiter looks again when there is room; if that takes long, another thread waits for it. */
  private void awaitRoom(Taker reader) {
    if (!waitsForRoom) {
      fullSince = System.nanoTime();
      waitsForRoom = true;
      if (reader.hasRoom()) {
        attend();
      }
    } else if (System.nanoTime() - fullSince > FULL_NANOS) {
      relieve(reader);
    }
  }

  @Override
  public void room() {
    if (waitsForRoom) {
      waitsForRoom = false;
      attend();
    }
  }

  /** Has a thread of its own take the next frame, which waits for room, or fails at it. */
  private void relieve(Taker reader) {
    if (relieved.compareAndSet(false, true)) {
      Thread.ofPlatform()
          .daemon()
          .name(name)
          .start(() -> {
            try {
              if (lead.take()) {
                end.attend();
                boolean _ = lead.read(reader);
                lead.release();
                lead.promote();
              }
            } finally {
              relieved.set(false);
              attend();
            }
          });
    }
  }

  private void finish(Taker reader) {
    lead.takeOver();
    if (end.isSevered()) {
      // Whatever else went wrong went wrong because of that.
      lead.fail(LinkFault.SEVERED);
      if (!end.isMoved() && transport.exchange().isPresent()) {
        lead.fate().awaitReason();
      }
    }
    try {
      if (!lead.fate().hasFailed() && !stopped && !reader.isOver()) {
        if (stopping) {
          end.stopTaking();
        }
        lead.readTheRest(reader);
      }
    } catch (MalformedFrameException | RuntimeException met) {
      lead.fate().failedAtLast(met);
    } catch (OutOfMemoryError full) {
      lead.fate().failedAtLast(InboundFrame.noMemory(full));
    } finally {
      Objects.requireNonNull(outcome).over(lead.fate().reason());
    }
  }

  /** Takes no more; what has come is still read. Any thread. */
  void stopTaking() {
    end.stopTaking();
    stopping = true;
    end.nudge();
    attend();
  }

  /** Nothing is read from now on. Any thread. */
  void stop() {
    stopped = true;
    lead.stop();
  }
}
