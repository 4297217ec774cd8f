// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
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
  private static final long TURN_NANOS = 50_000;
  private static final long IDLE_NANOS = 10_000_000_000L;
  // The body of a longer frame goes from the ring to where it stays.
  private static final int WHOLE = 1024;
  private static final int MOST_FOR_OTHERS = 64;
  // Bytes of requests without reply that are read before they are run, and how many times as many
  // if others may be among them for which nobody rang.
  private static final int BATCH = 2048;
  private static final int BATCHES_UNRUNG = 4;
  private static final long FULL_NANOS = 50_000_000;
  // A peer that sends on and on must not keep a caller from its deadline.
  private static final int TURNS_BEFORE_CLOCK = 64;
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
  private final Optional<InboundFrame.Rest> rest = Optional.of(this::copyRest);
  // Of a frame whose head was read, by the one that leads.
  private int uncopied;
  private final LinkWaiter waiter;
  private final long token;
  private final Queue<PendingCall> followers = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Taker taker;

  private volatile int leading;

  // The waiter wants to lead when whoever does has stopped.
  private volatile boolean waiterWaits;
  // Something may have come that the waiter is to read, although the word says BUSY.
  private volatile boolean owes;
  // The same, posted before the word said so: nobody rang for it. The waiter comes with its tick.
  private volatile boolean unrung;
  // Of the one that leads: up to which position that may be.
  private long owed;
  // The waiter wants to look when there is room for calls.
  private volatile boolean waitsForRoom;
  // Others stop to lead: the end takes over for good.
  private volatile boolean over;
  private volatile boolean stopping;
  private volatile boolean stopped;
  private final LinkFate fate;
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
    this.fate = new LinkFate(end);
    this.token = waiter.token();
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
    if (waiterWaits) {
      waiterWaits = false;
      attend();
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
        for (int i = 0; leaves(reader) && i < MOST_FOR_OTHERS && mayRead(reader); i++) {
          boolean _ = readOne(reader);
        }
        if (end.hasRecord()) {
          leaveToWaiter();
        }
      }
      stopLeading();
      // A call that began meanwhile found the lead taken, and its caller only waits; so did a
      // handler that has run its request.
    } while (reader.expectsMore() && followers.isEmpty() && isLeft(reader) && tryLead());
    promote();
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
    waiterWaits = true;
  }

  private boolean mayRead(Taker reader) {
    return !over && reader.hasRoom();
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
      int length = end.read(frame.bytes(), WHOLE, ConnectionFrame.HEAD);
      if (length == LinkEnd.EMPTY) {
        return false;
      }
      if (length < 0) {
        fail(LinkFault.of(length));
        return false;
      }
      frame.place(end.readPosition(), transport.exchange());
      frame.setRest(length > WHOLE ? rest : Optional.empty());
      uncopied = length - ConnectionFrame.HEAD;
      if (LinkTransport.isAnswer(frame.bytes())) {
        transport.answerTaken();
      }
      reader.take(frame, length);
      if (reader.isOver()) {
        over = true;
        attend();
      }
      return !over;
    } catch (MalformedFrameException | RuntimeException broken) {
      fail(broken);
      return false;
    } catch (OutOfMemoryError | StackOverflowError full) {
      // The frame is lost, and it may have been another's answer: nobody would ever come back to
      // it.
      fail(InboundFrame.noMemory(full));
      return false;
    } finally {
      frame.discard();
      end.finish();
    }
  }

  private void copyRest(int from, byte[] into, int at, int count) throws MalformedFrameException {
    int copied = end.copy(from, into, at, count);
    if (copied < 0) {
      LinkFault fault = LinkFault.of(copied);
      if (fault == LinkFault.SEVERED) {
        fate.severed();
      }
      throw new MalformedFrameException("link: " + fault);
    }
    uncopied -= count;
    if (uncopied == 0) {
      // Before anybody acts on it: a peer relies on what was not said to be read.
      end.finish();
    }
  }

  /** The link is dead, and so is the session. */
  void fail(LinkFault fault) {
    if (fault == LinkFault.SEVERED) {
      fate.severed();
    }
    fail(new MalformedFrameException("link: " + fault));
  }

  /** The kernel ended the connection, and said why before it said that it took the link. */
  void ended(PortunusException why) {
    fate.sentenced(why);
    fail(why);
  }

  /** The kernel said that it took the link. Any thread. */
  void revoked() {
    // The kernel's word says why, until it hears that this end is given up.
    boolean _ = end.isSevered();
    fail(LinkFault.SEVERED);
    fate.told();
  }

  private void fail(Exception broken) {
    fate.failed(broken);
    over = true;
    end.nudge();
    attend();
  }

  // Callers.

  @Override
  public void await(PendingCall call, long until) throws InterruptedException {
    Taker reader = taker;
    if (reader == null) {
      call.await(until);
      return;
    }
    call.enter();
    if (Thread.currentThread().isVirtual()) {
      if (!call.hasEnded() && tryLead()) {
        leadSpinning(call, until, reader);
      }
      call.await(until);
      return;
    }
    try {
      awaitOnPlatform(call, until, reader);
    } finally {
      // It may have been called to lead just when it stopped to wait.
      if (!followers.isEmpty() && leading == 0) {
        promote();
      }
    }
  }

  private void awaitOnPlatform(PendingCall call, long until, Taker reader)
      throws InterruptedException {
    while (!call.hasEnded()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (reader.hasRoom() && tryLead()) {
        leadFor(call, until, reader);
      } else if (!follow(call, until, reader)) {
        return;
      }
      if (!call.hasEnded() && until != Until.NEVER && Until.remaining(until) <= 0) {
        return;
      }
    }
  }

  private boolean follow(PendingCall call, long until, Taker reader) {
    boolean queued = followers.add(call);
    try {
      // After it is in the queue: who stops to lead sees it, or this sees that nobody leads.
      if (LEADING.getVolatile(this).equals(0) && reader.hasRoom() && !over) {
        return true;
      }
      return call.hasEnded() || call.park(until);
    } finally {
      boolean _ = queued && followers.remove(call);
    }
  }

  private void leadFor(PendingCall call, long until, Taker reader) {
    try {
      end.attend();
      int turns = 0;
      while (!call.hasEnded() && !over && reader.hasRoom()) {
        if (readOne(reader) || end.spin()) {
          if (++turns % TURNS_BEFORE_CLOCK == 0 && givesUp(until)) {
            return;
          }
          continue;
        }
        long left = Math.min(Until.remaining(until), FutexSet.LONGEST);
        if (left <= 0 || over || Thread.currentThread().isInterrupted()) {
          return;
        }
        end.sleep(left);
      }
    } finally {
      turnAway(reader);
    }
  }

  private static boolean givesUp(long until) {
    return Thread.currentThread().isInterrupted() || (Until.remaining(until) <= 0);
  }

  private void leadSpinning(PendingCall call, long until, Taker reader) {
    try {
      end.attend();
      int turns = 0;
      while (!call.hasEnded()
          && !over
          && reader.hasRoom()
          && (readOne(reader) || end.spin())
          && followers.isEmpty()
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
    if (reader != null && tryLead()) {
      turnAway(reader);
    }
  }

  // Handlers.

  @Override
  public boolean isRevoked() {
    return fate.isRevoked();
  }

  @Override
  public boolean readForWork(Work work) {
    Taker reader = taker;
    if (reader == null || !reader.hasRoom() || !tryLead()) {
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
    while (!over && reader.hasRoom()) {
      boolean read = readOne(reader);
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
      if (!followers.isEmpty() || System.nanoTime() - begin > IDLE_NANOS) {
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
    if (followers.isEmpty() && !(busy && end.hasRecord())) {
      stopLeading();
    } else {
      turnAway(reader);
    }
  }

  /** This thread runs requests without reply now. */
  private void stayBusy() {
    stopLeading();
    promote();
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
    return over || waitsForRoom || unrung || end.isSevered();
  }

  @Override
  public void look() {
    Taker reader = taker;
    if (ending || reader == null) {
      return;
    }
    boolean open = over || stopping || collect();
    if (!over && end.isSevered()) {
      fail(LinkFault.SEVERED);
    }
    if (open && !over && !stopping) {
      readForOthers(reader);
    }
    if (over || stopping || !open) {
      conclude(reader);
    }
  }

  @Override
  public void broken(Throwable why) {
    Taker reader = taker;
    if (!ending && reader != null) {
      fail(new IllegalStateException("the reader of this side failed", why));
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
        fail(new MalformedFrameException("packets on the socket that are no bell"));
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
    if (!tryLead()) {
      waiterWaits = true;
      if (!tryLead()) {
        return;
      }
      waiterWaits = false;
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
          && (readOne(reader) || (!over && followers.isEmpty() && end.glance()))) {
        left--;
      }
    } while (leaves(reader) && isOwed() && left > 0 && mayRead(reader) && !stopping);
    if (left <= 0 && isOwed()) {
      waiterWaits = true;
    }
    boolean full = end.hasRecord() && !over && !reader.hasRoom();
    stopLeading();
    if (isLeft(reader)) {
      expect();
    }
    promote();
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
              if (tryLead()) {
                end.attend();
                boolean _ = readOne(reader);
                stopLeading();
                promote();
              }
            } finally {
              relieved.set(false);
              attend();
            }
          });
    }
  }

  private void finish(Taker reader) {
    takeOver();
    if (end.isSevered()) {
      // Whatever else went wrong went wrong because of that.
      fail(LinkFault.SEVERED);
      if (!end.isMoved() && transport.exchange().isPresent()) {
        fate.awaitReason();
      }
    }
    try {
      if (!fate.hasFailed() && !stopped && !reader.isOver()) {
        readTheRest(reader);
      }
    } catch (MalformedFrameException | RuntimeException met) {
      fate.failedAtLast(met);
    } catch (OutOfMemoryError full) {
      fate.failedAtLast(InboundFrame.noMemory(full));
    } finally {
      Objects.requireNonNull(outcome).over(fate.reason());
    }
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
    // What was written before lies within one lap; a hostile peer writes on.
    long last = end.position() + end.capacity();
    while (end.position() < last && readOne(reader)) {
      Thread.onSpinWait();
    }
    boolean open = !over;
    over = true;
    end.closed();
    int length = open ? transport.takeLastWord(frame) : 0;
    if (length > 0) {
      frame.setRest(Optional.empty());
      reader.take(frame, length);
      frame.discard();
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
    over = true;
    end.nudge();
    attend();
  }
}
