// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.link.LinkLayout.RecordKind;
import org.portunus.abi.link.SeverLayout;
import org.portunus.linux.call.Errno;
import org.portunus.linux.event.FutexSet;
import org.portunus.linux.process.Processor;

/**
 * One end of a link: what this task writes, what it reads, and the doorbells of both.
 *
 * <pre>
 *   attention of a reader, in the word that only it writes:
 *
 *   AWAKE --nothing came while it spun--> ASLEEP --woken, or 100 ms--> AWAKE
 *     |                                                                 ^
 *     +--the thread that read turns away--> AWAY --a thread reads again-+
 *     |                                      ^                          |
 *     |                                      +--others than these come--+
 *     +--it runs requests without reply--> BUSY --nothing came after----+
 *     |
 *     +--stopTaking, by any thread--> CLOSING, for good
 * </pre>
 *
 * <p>The poster publishes its record, then looks at the word; the reader sets the word, then looks
 * for a record; a full fence stands in between at both. So one of them sees the other.
 *
 * <p>A poster rings once for a word of a reader that sleeps or is away. Each sleep has another
 * word, and its reader looks at the bell before it says so. A reader that is away has another word
 * only after a packet was taken, and who takes one reads after it, or has whoever reads do so: as
 * long as the word is the same, a packet is on its way.
 *
 * <p>Once it is closed, by any thread and at any moment, every method answers as if the link were
 * severed.
 *
 * <p>Writing belongs to one thread at a time, under the caller's lock. Reading belongs to the
 * thread that leads, and so does its part of the memory.
 */
public final class LinkEnd implements AutoCloseable {
  /** Nothing has come. */
  public static final int EMPTY = RingReader.EMPTY;

  /** There is no room now. */
  public static final int FULL = RingWriter.FULL;

  /** The peer had closed before it read this. */
  public static final int REFUSED = -2;

  /** The reader is away, and a packet is on its way to it. */
  public static final int RUNG = 0x100;

  private static final int LOOKS_BEFORE_CLOCK = 16;
  // To ask for the processor takes as long as half a call.
  private static final int LOOKS_BEFORE_PROCESSOR = 64;
  private static final int YIELDS = 4;
  private static final long CLOSING_NANOS = 100_000_000;

  private final LinkMemory memory;
  private final MemorySegment segment;
  private final SeverWords sever;
  private final int link;
  private final LinkSide side;
  private final int epoch;
  private final int outgoing;
  private final int incoming;
  private final RingWriter writer;
  private final RingReader reader;
  private final StreamedBody streamed;
  private final RoomWait room;
  private final SpinBudget budget = new SpinBudget();
  private final Neighbours neighbours;
  private final FutexSet sleep = new FutexSet(3);
  private final MemorySegment nudge = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
  private volatile boolean closing;
  // Kept: once the kernel has heard that the link is given up, its place may be another's.
  private volatile boolean moved;
  // What the reader of this end said last, by the thread that leads, and its state.
  private int word = Attention.AWAKE;
  private volatile int attention = Attention.AWAKE;
  // By the thread that takes them.
  private volatile int bellsTaken;
  // The word of the peer's reader that was rung for, by the thread that writes.
  private int rung = Attention.AWAKE;
  private int processor = -1;
  private boolean shared;
  private int bell;
  private int sleeps;
  private long overslept;
  private volatile long lastSaid = -1;

  /**
   * @param link place in the sever words
   * @param longest bytes of the longest frame
   */
  public LinkEnd(
      LinkMemory memory, SeverWords sever, int link, int epoch, LinkSide side, int longest) {
    this.memory = memory;
    this.segment = memory.segment();
    this.sever = sever;
    this.link = link;
    this.side = side;
    this.epoch = epoch;
    this.neighbours = new Neighbours(side);
    this.outgoing = LinkLayout.direction(side.outgoing());
    this.incoming = LinkLayout.direction(side.incoming());
    this.writer = new RingWriter(segment, side.outgoing(), memory.capacity());
    this.reader = new RingReader(segment, side.incoming(), memory.capacity(), longest);
    this.streamed = new StreamedBody(memory, longest);
    this.room = new RoomWait(segment, outgoing);
  }

  /** Whose end it is. */
  public LinkSide side() {
    return side;
  }

  public int capacity() {
    return memory.capacity();
  }

  /** Whether the kernel task has revoked the link. */
  public boolean isSevered() {
    int now = sever.epoch(link);
    if (now == epoch) {
      return false;
    }
    if (now == SeverLayout.MOVED) {
      moved = true;
    }
    return true;
  }

  /**
   * Whether it was severed so that its client makes another connection; known since {@link
   * #isSevered} was first true.
   */
  public boolean isMoved() {
    return moved;
  }

  // Writing.

  /**
   * Writes a frame and does what its reader needs to notice it, except for the socket.
   *
   * @param spare bytes of the ring to leave to others
   * @return the state of the reader's attention (see {@link Attention}) at that moment, where AWAY
   *     means that the caller rings now; {@link #RUNG}, {@link #FULL}, {@link #REFUSED} or a fault
   */
  public int write(byte[] frame, int length, long spare) {
    return write(frame, length, FrameBody.NONE, 0, 0, spare);
  }

  /** The same for a frame in two parts: its head, and {@code count} bytes of a body. */
  public int write(byte[] head, int length, FrameBody body, int from, int count, long spare) {
    try {
      return writeMapped(head, length, body, from, count, spare);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return LinkFault.SEVERED.result();
    }
  }

  /** The memory was unmapped under the thread's hands, which interrupts it; all else goes on. */
  private void requireClosed(IllegalStateException thrown) {
    if (memory.isMapped()) {
      throw thrown;
    }
    boolean _ = Thread.interrupted();
  }

  private int writeMapped(
      byte[] head, int length, FrameBody body, int from, int count, long spare) {
    if (isSevered()) {
      return LinkFault.SEVERED.result();
    }
    if (Words.getInt(segment, outgoing + LinkLayout.ATTENTION) == Attention.CLOSING) {
      return REFUSED;
    }
    long position = writer.tail();
    int written =
        writer.write(RecordKind.FRAME, head, length, streamed.of(body, count), from, count, spare);
    if (written < 0) {
      return written;
    }
    VarHandle.fullFence();
    int reading = Words.getInt(segment, outgoing + LinkLayout.ATTENTION);
    writer.prepare();
    boolean known = reading == rung;
    rung = reading;
    return switch (Attention.state(reading)) {
      case Attention.AWAKE, Attention.BUSY -> reading;
      case Attention.AWAY -> known ? RUNG : Attention.AWAY;
      case Attention.ASLEEP -> {
        if (!known) {
          ring();
        }
        yield Attention.ASLEEP;
      }
      case Attention.CLOSING -> afterClose(position);
      default -> LinkFault.ATTENTION.result();
    };
  }

  /**
   * Where {@link #write} would put this frame next: its position in the direction, which the reader
   * knows too; {@link #FULL} or a fault if there is no room. On the writing thread.
   */
  public long place(int length, long spare) {
    try {
      return writer.place(length, spare);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return LinkFault.SEVERED.result();
    }
  }

  /** The position of the frame that was written last. On the writing thread. */
  public long lastWritten() {
    return writer.last();
  }

  /**
   * Whether the peer says that it has read what was written at a position; true when it can't be
   * known. It says so before it acts on what it read, so that a peer that keeps to the protocol and
   * has died since did nothing with what it had not read.
   */
  public boolean wasRead(long position) {
    long said = lastSaid;
    if (said < 0) {
      try {
        said = writer.said();
      } catch (IllegalStateException thrown) {
        requireClosed(thrown);
        said = lastSaid;
      }
    }
    return said < 0 || position < said;
  }

  /** Spins until the reader has given some room back; false if it does not soon. */
  public boolean spinForRoom() {
    try {
      return room.spin();
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return false;
    }
  }

  private void ring() {
    Words.setInt(segment, outgoing + LinkLayout.BELL, ++bell);
    int woken = FutexSet.wakeOne(segment, outgoing + LinkLayout.BELL);
    assert woken >= 0 || !memory.isMapped();
  }

  /** The reader says where it stopped soon after it said that it would. */
  private int afterClose(long position) {
    long end = System.nanoTime() + CLOSING_NANOS;
    long closed;
    do {
      closed = Words.getLong(segment, outgoing + LinkLayout.CLOSED);
      Thread.onSpinWait();
    } while (closed == LinkLayout.OPEN && System.nanoTime() - end < 0);
    if (closed == LinkLayout.OPEN || closed - 1 > writer.tail() || closed < 0) {
      return LinkFault.CLOSED.result();
    }
    return LinkLayout.closedAt(position) < closed ? Attention.CLOSING : REFUSED;
  }

  /** Whether something has come; a hint. */
  public boolean hasRecord() {
    try {
      return reader.hasRecord();
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return false;
    }
  }

  /** The position of the next record; never less than before. */
  public long position() {
    return reader.position();
  }

  /**
   * Copies the next frame out, if the link is still good.
   *
   * @return its length, {@link #EMPTY} or a fault
   */
  public int read(byte[] into) {
    return read(into, into.length, into.length);
  }

  /**
   * The same, but of a frame that is longer than {@code whole} only {@code head} bytes are copied;
   * {@link #copy} copies the rest, and {@link #finish} ends it.
   */
  public int read(byte[] into, int whole, int head) {
    int result;
    try {
      result = reader.read(into, whole, head);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return LinkFault.SEVERED.result();
    }
    return result != EMPTY && isSevered() ? LinkFault.SEVERED.result() : result;
  }

  /**
   * Copies a part of the frame whose head was read, if the link is still good.
   *
   * @return {@code count} or a fault
   */
  public int copy(int from, byte[] into, int at, int count) {
    try {
      reader.copy(from, into, at, count);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return LinkFault.SEVERED.result();
    }
    return isSevered() ? LinkFault.SEVERED.result() : count;
  }

  /** Gives the room of a frame back that was read in parts, if there is one. */
  public void finish() {
    try {
      if (reader.isOpen()) {
        reader.finish();
      }
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
    }
  }

  /** The position of the frame that was read last, in its direction. */
  public long readPosition() {
    return reader.taken();
  }

  /** Before anybody reads: nobody does yet. */
  public void begin() {
    say(Attention.AWAY);
  }

  /** Says that a thread reads. */
  public void attend() {
    if (attention == Attention.AWAY || attention == Attention.BUSY) {
      say(Attention.AWAKE);
    }
  }

  /** Says that a thread reads what is no request without reply, unless that was said. */
  public void attendRest() {
    if (attention == Attention.AWAY) {
      say(Attention.AWAKE);
    }
  }

  /** Whether the peer is told that somebody reads; the leader's own word, to others a hint. */
  public boolean isAwake() {
    return attention == Attention.AWAKE;
  }

  /** Whether the peer is told that requests without reply are run; the same. */
  public boolean isBusy() {
    return attention == Attention.BUSY;
  }

  /**
   * Says that nobody reads from now on.
   *
   * @return whether something came before that was seen, so that somebody must read
   */
  public boolean turnAway() {
    if (attention == Attention.AWAKE || attention == Attention.BUSY) {
      say(Attention.counted(Attention.AWAY, bellsTaken));
    }
    return hasRecord();
  }

  /**
   * Says that a thread runs requests without reply, and reads after them.
   *
   * @return as {@link #turnAway}
   */
  public boolean turnBusy() {
    if (attention == Attention.AWAKE || attention == Attention.AWAY) {
      say(Attention.BUSY);
    }
    return hasRecord();
  }

  /** Bells of the peer were taken; what came before them is read after this. One thread. */
  public void bellTaken() {
    int taken = bellsTaken + 1;
    bellsTaken = taken;
  }

  /** Says so, with a full fence after it; CLOSING stays. */
  private void say(int next) {
    try {
      sayMapped(next);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
    }
  }

  private void sayMapped(int next) {
    if (!Words.compareAndSetInt(segment, incoming + LinkLayout.ATTENTION, word, next)) {
      if (closing) {
        attention = Attention.CLOSING;
        return;
      }
      // Only the peer can have written the word: it is the one to be deceived.
      Words.setInt(segment, incoming + LinkLayout.ATTENTION, next);
      VarHandle.fullFence();
    }
    word = next;
    attention = Attention.state(next);
  }

  /**
   * Waits for a record by spinning only; for virtual threads, and before a sleep.
   *
   * @return whether something came
   */
  public boolean spin() {
    try {
      return spinMapped();
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
      return false;
    }
  }

  private boolean spinMapped() {
    if (!shared && glance(LOOKS_BEFORE_PROCESSOR)) {
      return true;
    }
    shared = sharesProcessor();
    if (shared && !neighbours.part(processor)) {
      return yieldToPeer();
    }
    return spinApart();
  }

  private boolean spinApart() {
    long begin = System.nanoTime();
    long most = budget.next();
    long spent;
    do {
      for (int i = 0; i < LOOKS_BEFORE_CLOCK; i++) {
        if (reader.hasRecord()) {
          budget.paid(System.nanoTime() - begin);
          return true;
        }
        Thread.onSpinWait();
      }
      spent = System.nanoTime() - begin;
    } while (spent < most && !isSevered());
    budget.wasted();
    return false;
  }

  /** On one processor the peer can only run when this thread does not. */
  private boolean yieldToPeer() {
    for (int i = 0; i < YIELDS; i++) {
      if (reader.hasRecord()) {
        return true;
      }
      Processor.giveWay();
    }
    return reader.hasRecord();
  }

  /** Looks for a record for less than a microsecond. */
  public boolean glance() {
    return glance(LOOKS_BEFORE_CLOCK);
  }

  private boolean glance(int looks) {
    for (int i = 0; i < looks; i++) {
      if (hasRecord()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  /** Both ends say where they polled last; the peer's word is a hint that costs a sleep at most. */
  private boolean sharesProcessor() {
    int here = Processor.current();
    if (here != processor) {
      processor = here;
      Words.setInt(segment, incoming + LinkLayout.PROCESSOR, here + 1);
    }
    return Words.getInt(segment, outgoing + LinkLayout.PROCESSOR) == here + 1;
  }

  /**
   * Sleeps until something has come, the link is severed, somebody {@link #nudge}s or the time is
   * over, at most 100 ms; may return early. Platform threads only.
   */
  public void sleep(long nanos) {
    try {
      sleepMapped(nanos);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
    }
  }

  private void sleepMapped(long nanos) {
    if (attention == Attention.CLOSING) {
      return;
    }
    int nudged = Words.getInt(nudge, 0);
    int generation = sever.generation();
    int rung = Words.getInt(segment, incoming + LinkLayout.BELL);
    say(Attention.counted(Attention.ASLEEP, ++sleeps));
    if (!closing && !reader.hasRecord() && !isSevered()) {
      sleep.set(0, segment, incoming + LinkLayout.BELL, rung);
      sleep.set(1, sever.segment(), SeverLayout.GENERATION_AT, generation);
      sleep.set(2, nudge, 0, nudged);
      // Why it ended is a hint: the caller looks at everything again.
      int result = sleep.await(nanos);
      if (Errno.ETIMEDOUT.is(result) && reader.hasRecord()) {
        overslept++;
      }
    }
    say(Attention.AWAKE);
  }

  /** Sleeps that only time ended although something had come: the peer did not ring. */
  public long overslept() {
    return overslept;
  }

  /** Ends the leader's sleep, or its next one. Any thread. */
  public void nudge() {
    int _ = (int) ValueLayout.JAVA_INT.varHandle().getAndAdd(nudge, 0L, 1);
    int woken = FutexSet.wakeAll(nudge, 0);
    assert woken >= 0;
  }

  /**
   * Takes nothing new from now on. What was written before can still be read; then {@link #closed}
   * tells the peer how far that was. Any thread; the one that leads then calls it again.
   */
  public void stopTaking() {
    closing = true;
    VarHandle.fullFence();
    try {
      Words.setInt(segment, incoming + LinkLayout.ATTENTION, Attention.CLOSING);
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
    }
    VarHandle.fullFence();
  }

  /** Nothing is read after this. */
  public void closed() {
    try {
      reader.close();
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
    }
  }

  /** Frees the rings' pages, which neither end needs any more. Before {@link #close}. */
  public void free() {
    keepLastSaid();
    memory.free();
  }

  /** Unmaps the memory. Any thread. */
  @Override
  public void close() {
    keepLastSaid();
    memory.close();
  }

  private void keepLastSaid() {
    try {
      if (lastSaid < 0) {
        lastSaid = Math.max(0, writer.said());
      }
    } catch (IllegalStateException thrown) {
      requireClosed(thrown);
    }
  }
}
