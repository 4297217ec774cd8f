// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkFault;
import org.portunus.system.xpc.connection.Reception.Taker;

/**
 * The right to read a link, which one thread has at a time, and what it does with it: reads a
 * frame. Others queue as followers, of which one is woken when the right is free, until all is
 * over.
 */
final class LinkLead {
  private static final long TURN_NANOS = 50_000;
  // The body of a longer frame goes from the ring to where it stays.
  private static final int WHOLE = 1024;
  private static final VarHandle LEADING;

  static {
    try {
      LEADING = MethodHandles.lookup().findVarHandle(LinkLead.class, "leading", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final LinkTransport transport;
  private final LinkEnd end;
  private final LinkFate fate;
  private final Runnable waiter;
  private final InboundFrame frame = new InboundFrame();
  private final Optional<InboundFrame.Rest> rest = Optional.of(this::copyRest);
  // Of a frame whose head was read, by the one that leads.
  private int uncopied;
  private final Queue<PendingCall> followers = new ConcurrentLinkedQueue<>();
  private volatile int leading;
  // The waiter wants to lead when whoever does has stopped.
  private volatile boolean waiterWaits;
  // Others stop to lead: the end takes over for good.
  private volatile boolean over;

  /**
   * @param waiter has the process's waiter look at the link
   */
  LinkLead(LinkTransport transport, LinkEnd end, Runnable waiter) {
    this.transport = transport;
    this.end = end;
    this.fate = new LinkFate(end);
    this.waiter = waiter;
  }

  /** Why all is over. */
  LinkFate fate() {
    return fate;
  }

  boolean isOver() {
    return over;
  }

  /** Takes the lead if nobody has it. */
  boolean take() {
    return !over && LEADING.compareAndSet(this, 0, 1);
  }

  /** Whether nobody has it. */
  boolean isFree() {
    return leading == 0;
  }

  /** Gives the lead up. */
  void release() {
    LEADING.setVolatile(this, 0);
    if (waiterWaits) {
      waiterWaits = false;
      waiter.run();
    }
  }

  /** The waiter is called when the lead is given up next. */
  void callWaiter() {
    waiterWaits = true;
  }

  /** Not any more. */
  void keepWaiter() {
    waiterWaits = false;
  }

  /** Takes the lead from everybody, for good. */
  void takeOver() {
    over = true;
    end.nudge();
    while (!LEADING.compareAndSet(this, 0, 1)) {
      LockSupport.parkNanos(this, TURN_NANOS);
    }
  }

  /** Adds a call whose caller waits for the lead or an answer. */
  boolean follow(PendingCall call) {
    return followers.add(call);
  }

  void unfollow(PendingCall call) {
    boolean _ = followers.remove(call);
  }

  boolean hasFollowers() {
    return !followers.isEmpty();
  }

  /** Wakes the next that may lead. */
  void promote() {
    PendingCall next = followers.poll();
    if (next != null) {
      next.wake();
    }
  }

  /** Reads and takes a frame; false when none was there, or the session is over. */
  boolean read(Taker reader) {
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
        waiter.run();
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

  /** After {@link #takeOver}: reads what is left in the ring, then the last word on the socket. */
  void readTheRest(Taker reader) throws MalformedFrameException {
    over = false;
    // What was written before lies within one lap; a hostile peer writes on.
    long last = end.position() + end.capacity();
    while (end.position() < last && read(reader)) {
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

  /** The link is dead, and so is the session. */
  void fail(LinkFault fault) {
    if (fault == LinkFault.SEVERED) {
      fate.severed();
    }
    fail(new MalformedFrameException("link: " + fault));
  }

  /** The kernel ended the connection, and said why before it said that it took the link. */
  void sentenced(PortunusException why) {
    fate.sentenced(why);
    fail(why);
  }

  void fail(Exception broken) {
    fate.failed(broken);
    stop();
  }

  /** Nothing is read from now on, but what the end reads. */
  void stop() {
    over = true;
    end.nudge();
    waiter.run();
  }
}
