// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.link.LinkLayout.RecordKind;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Ticket;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;

/** The faults in the memory of a link: ring, words, futexes. Those in its frames are elsewhere. */
final class Strikes {
  private static final int PUNCH_HOLE = 2;
  private static final int KEEP_SIZE = 1;
  private static final int[] LENGTHS = {
    0,
    1,
    7,
    -1,
    -8,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    RawLink.MAX + 9,
    RawLink.CAPACITY,
    1 << 20
  };
  private static final int[] ATTENTIONS = {
    4, -1, 77, Integer.MIN_VALUE, Attention.ASLEEP, Attention.AWAY
  };

  private final Attack attack;
  private final RawLink link;
  private final Random random;

  Strikes(Attack attack) {
    this.attack = attack;
    this.link = attack.link;
    this.random = attack.random;
  }

  void strike() {
    switch (attack.attacked.fault()) {
      case GARBAGE -> garbage();
      case LENGTH -> head(length(), RecordKind.FRAME);
      case KIND -> kind();
      case CHANGES -> changes();
      case CONSUMED -> consumed();
      case CLOSED -> closed();
      case ATTENTION -> attention();
      case OVERWRITE -> overwrite();
      case PROCESSOR -> processor();
      case BELLS -> bells();
      case HEADER -> scribble(0, 64);
      case HOLES -> holes();
      case REQUEUE -> requeue();
      case SILENCE -> attack.silent = true;
      case STOPS, DIES -> halfWay();
      default -> new FrameStrikes(attack).strike();
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void scribble(long from, int length) {
    byte[] bytes = bytes(length);
    MemorySegment.copy(bytes, 0, link.memory(), ValueLayout.JAVA_BYTE, from, bytes.length);
  }

  /** Something that the victim must answer, so that it writes. */
  private void provoke() {
    if (attack.isClient()) {
      attack.call(Target.ZEROS, Frames.number(random.nextInt(100_000)));
    } else if (attack.pending.length > 0) {
      attack.answer(attack.pending);
      attack.pending = Frames.NOTHING;
    }
  }

  private void garbage() {
    int most = (int) Math.min(link.roomToTheEnd(), 1L << (6 + random.nextInt(10)));
    scribble(link.nextHead(), most);
    link.ring();
  }

  private int length() {
    return random.nextInt(3) == 0
        ? RawLink.MAX + 9 + random.nextInt(1 << 20)
        : LENGTHS[random.nextInt(LENGTHS.length)];
  }

  private void head(int length, int kind) {
    link.publish(LinkLayout.head(length, kind));
    link.ring();
  }

  private void kind() {
    int at = 1 + random.nextInt(1000);
    switch (random.nextInt(4)) {
      case 0 -> head(64 + at, RecordKind.PADDING);
      case 1 -> head(LinkLayout.RECORD_HEAD + 1 + at, RecordKind.PADDING + 1);
      case 2 -> head(64 + at, 0);
      default -> head(64 + at, 4 + random.nextInt(Integer.MAX_VALUE - 4));
    }
  }

  /** Head, length and body change for a few milliseconds; sometimes they fit. */
  private void changes() {
    byte[] frame = Frames.frame(Kind.CANCEL, 0, 0, 1 + random.nextInt(3), 0, Frames.NOTHING);
    link.begin(frame);
    long good = LinkLayout.head(LinkLayout.RECORD_HEAD + frame.length, RecordKind.FRAME);
    long bad = LinkLayout.head(length(), RecordKind.FRAME);
    long body = link.nextHead() + LinkLayout.RECORD_HEAD;
    link.ring();
    long end = System.nanoTime() + 500_000 + random.nextInt(1_000_000);
    while (System.nanoTime() - end < 0) {
      link.publish(good);
      link.setWord(body + 4L * random.nextInt(8), random.nextInt(9));
      link.publish(random.nextBoolean() ? bad : 0);
    }
    link.publish(good);
    link.ring();
  }

  private void consumed() {
    long[] lies = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1, random.nextLong(), 1L << 40, 64};
    link.setLong(link.in() + LinkLayout.CONSUMED, lies[random.nextInt(lies.length)]);
    for (int i = 0; i < 5; i++) {
      provoke();
    }
  }

  private void closed() {
    long[] lies = {LinkLayout.OPEN, -1, Long.MAX_VALUE, 1, 65, random.nextLong(), 1L << 30};
    long lie = lies[random.nextInt(lies.length)];
    if (random.nextBoolean()) {
      provoke();
    }
    link.setLong(link.in() + LinkLayout.CLOSED, lie);
    link.setWord(link.in() + LinkLayout.ATTENTION, Attention.CLOSING);
    provoke();
  }

  private void attention() {
    link.setWord(link.in() + LinkLayout.ATTENTION, ATTENTIONS[random.nextInt(ATTENTIONS.length)]);
    provoke();
  }

  private void overwrite() {
    int[] values = {0, 1, 2, 3, 4, -1};
    for (int i = 0; i < 20; i++) {
      link.setWord(link.out() + LinkLayout.ATTENTION, values[random.nextInt(values.length)]);
      if (random.nextInt(4) == 0) {
        link.setWord(link.out() + LinkLayout.PROCESSOR, random.nextInt());
      }
      Attack.pause(random.nextInt(100_000));
    }
    link.ringBoth();
  }

  private void processor() {
    int[] lies = {0, 1, 2, 3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
    for (int i = 0; i < 10; i++) {
      link.setWord(link.in() + LinkLayout.PROCESSOR, lies[random.nextInt(lies.length)]);
      Attack.pause(random.nextInt(200_000));
    }
  }

  private void bells() {
    long end = System.nanoTime() + 1_000_000 + random.nextInt(2_000_000);
    byte[] bell = new byte[1];
    while (System.nanoTime() - end < 0) {
      if (random.nextInt(3) == 0) {
        link.ringBell();
      }
      int _ = link.packet(bell);
    }
  }

  private void holes() {
    int file = link.file().raw();
    long size = LinkLayout.size(RawLink.CAPACITY);
    if (SystemCall.invoke(Call.FTRUNCATE, file, random.nextInt(4096)) >= 0) {
      throw new AssertionError("the memory of the link could be cut short");
    }
    long from = random.nextInt(8) * 4096L;
    long _ = SystemCall.invoke(Call.FALLOCATE, file, PUNCH_HOLE | KEEP_SIZE, from, size - from);
    provoke();
  }

  /** Until a waiter was moved, or there is none. */
  private void requeue() {
    long[] targets = {
      link.out() + LinkLayout.CLOSED,
      link.in() + LinkLayout.BELL,
      LinkLayout.LINK_AT,
      LinkLayout.RINGS_AT + 4L * random.nextInt(1 << 16)
    };
    long target = targets[random.nextInt(targets.length)];
    boolean _ = Attack.await(() -> link.requeue(target) > 0, 5_000_000);
  }

  /** Named points of the protocol, where the process then stops or dies. */
  private enum Point {
    BETWEEN_CALLS,
    RECORD_WITHOUT_HEAD,
    RECORD_WITHOUT_BELL,
    BELL_WITHOUT_RECORD,
    PACKET_WITH_DESCRIPTOR,
    TICKET_OF_NOTHING,
    SAYS_ASLEEP,
    SAYS_AWAY,
    SAYS_CLOSING,
    FRAGMENT_OPEN,
    CALL_OPEN
  }

  private void halfWay() {
    Point[] points = Point.values();
    byte[] frame = Frames.frame(Kind.CANCEL, 0, 0, 1, 0, Frames.NOTHING);
    switch (points[(int) Math.floorMod(attack.attacked.seed() / 2, (long) points.length)]) {
      case BETWEEN_CALLS -> {}
      case RECORD_WITHOUT_HEAD -> link.begin(frame);
      case RECORD_WITHOUT_BELL -> {
        boolean _ = link.write(frame);
      }
      case BELL_WITHOUT_RECORD -> link.ring();
      case PACKET_WITH_DESCRIPTOR -> {
        int _ = link.packet(frame, attack.anyFile);
      }
      case TICKET_OF_NOTHING ->
          link.write(Frames.withTickets(attack.calls + 1, 1, bytes(2), bytes(Ticket.BYTES)));
      case SAYS_ASLEEP -> link.setWord(link.in() + LinkLayout.ATTENTION, Attention.ASLEEP);
      case SAYS_AWAY -> link.setWord(link.in() + LinkLayout.ATTENTION, Attention.AWAY);
      case SAYS_CLOSING -> link.setWord(link.in() + LinkLayout.ATTENTION, Attention.CLOSING);
      case FRAGMENT_OPEN ->
          attack.post(
              Frames.frame(
                  Kind.REPLY, ConnectionFrame.MORE, 0, 1, 0, bytes(1 + random.nextInt(999))));
      case CALL_OPEN -> attack.call(Target.HOLD, Frames.number(50));
    }
  }
}
