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
 *   a thread of its own      in the waiter's place while there is no room for calls; and at the end
 * </pre>
 *
 * <p>Whoever stops to lead while more is expected says so in the link's word of attention, and
 * looks once more. A handler that runs a call does not say so: a peer whose call is unanswered
 * rings in any case.
 */
final class LinkReception implements Reception, LinkWaiter.Waiting {
  private static final long TURN_NANOS = 50_000;
  private static final long IDLE_NANOS = 10_000_000_000L;
  private static final long REASON_NANOS = 100_000_000;
  private static final int MOST_FOR_OTHERS = 64;
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
  private final LinkWaiter waiter;
  private final long token;
  private final Queue<PendingCall> followers = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Taker taker;

  private volatile int leading;

  // The waiter wants to lead when whoever does has stopped.
  private volatile boolean waiterWaits;
  // Others stop to lead: the end takes over for good.
  private volatile boolean over;
  private volatile boolean stopping;
  private volatile boolean stopped;
  private volatile boolean revoked;
  private volatile @Nullable PortunusException sentence;
  private final CountDownLatch toldToGo = new CountDownLatch(1);
  private volatile @Nullable Exception failure;
  private String name = "";
  private @Nullable Outcome outcome;
  // Of the waiting thread.
  private boolean ending;
  private final AtomicBoolean relieved = new AtomicBoolean();

  /**
   * @param waiter what looks when the bell rings
   */
  LinkReception(LinkTransport transport, LinkEnd end, LinkWaiter waiter) {
    this.transport = transport;
    this.end = end;
    this.waiter = waiter;
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
        for (int i = 0; end.turnAway() && i < MOST_FOR_OTHERS && mayRead(reader); i++) {
          boolean _ = readOne(reader);
        }
        if (end.hasRecord()) {
          waiterWaits = true;
        }
      }
      stopLeading();
      // A call that began meanwhile found the lead taken, and its caller only waits.
    } while (reader.expectsMore() && followers.isEmpty() && end.isAwake() && tryLead());
    promote();
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
    }
  }

  /** The link is dead, and so is the session. */
  void fail(LinkFault fault) {
    if (fault == LinkFault.SEVERED) {
      revoked = true;
    }
    fail(new MalformedFrameException("link: " + fault));
  }

  /** The kernel ended the connection, and said why before it said that it took the link. */
  void ended(PortunusException why) {
    sentence = why;
    fail(why);
  }

  /** The kernel said that it took the link. Any thread. */
  void revoked() {
    fail(LinkFault.SEVERED);
    toldToGo.countDown();
  }

  private void fail(Exception broken) {
    if (failure == null) {
      failure = broken;
    }
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
    return revoked && sentence == null;
  }

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
    return over || end.isSevered();
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
    if (!tryLead()) {
      waiterWaits = true;
      if (!tryLead()) {
        return;
      }
      waiterWaits = false;
    }
    int left = MOST_FOR_OTHERS;
    do {
      end.attend();
      while (left > 0
          && mayRead(reader)
          && !stopping
          && (readOne(reader) || (!over && followers.isEmpty() && end.glance()))) {
        left--;
      }
    } while (end.turnAway() && left > 0 && mayRead(reader) && !stopping);
    if (left <= 0) {
      waiterWaits = true;
    }
    boolean full = end.hasRecord() && !over && !reader.hasRoom();
    stopLeading();
    promote();
    if (full) {
      relieve(reader);
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
      awaitReason();
    }
    try {
      if (failure == null && !stopped && !reader.isOver()) {
        readTheRest(reader);
      }
    } catch (MalformedFrameException | RuntimeException met) {
      failure = met;
    } catch (OutOfMemoryError full) {
      failure = InboundFrame.noMemory(full);
    } finally {
      Objects.requireNonNull(outcome).over(met());
    }
  }

  /** The link shows that it was severed before the kernel has said why. */
  private void awaitReason() {
    try {
      boolean _ =
          sentence != null
              || transport.exchange().isEmpty()
              || toldToGo.await(REASON_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Exception> met() {
    PortunusException why = sentence;
    if (why != null) {
      return Optional.of(why);
    }
    return revoked
        ? Optional.of(new PortunusException(ErrorCode.INVALID, "the kernel revoked the link"))
        : Optional.ofNullable(failure);
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
