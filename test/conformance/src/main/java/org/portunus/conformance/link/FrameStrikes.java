// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.util.Random;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;

/** The faults in the frames of a link, and on its socket. */
final class FrameStrikes {
  private static final int MANY = 40;

  private final Attack attack;
  private final RawLink link;
  private final Random random;

  FrameStrikes(Attack attack) {
    this.attack = attack;
    this.link = attack.link;
    this.random = attack.random;
  }

  void strike() {
    switch (attack.attacked.fault()) {
      case HEAD -> head();
      case DEAF -> deaf();
      case CREDIT -> credit();
      case METHOD -> method();
      case OBJECT -> object();
      case NUMBER -> number();
      case ANSWER -> answer();
      case MISPLACED -> misplaced();
      case FRAGMENTS -> fragments();
      case ARGUMENTS -> arguments();
      case REFERENCES -> references();
      case HOLDS -> holds();
      case FLOOD -> flood();
      case DESCRIPTORS -> descriptors();
      case PACKETS -> packets();
      case TICKETS -> tickets();
      case HALF -> half();
      default -> throw new IllegalArgumentException(attack.attacked.text());
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void head() {
    byte[] frame = Frames.frame(Kind.CANCEL, 0, 0, 1, 0, Frames.NOTHING);
    switch (random.nextInt(6)) {
      case 0 -> frame[0] = (byte) (Kind.values().length + 1 + random.nextInt(240));
      case 1 -> frame[0] = 0;
      case 2 -> frame[1] = (byte) (4 + random.nextInt(250));
      case 3 -> frame[2] = (byte) (1 + random.nextInt(200));
      case 4 -> frame[20 + random.nextInt(4)] = (byte) (1 + random.nextInt(250));
      default -> frame = java.util.Arrays.copyOf(frame, 1 + random.nextInt(31));
    }
    attack.post(frame);
  }

  private void deaf() {
    attack.deaf = true;
    if (attack.isClient()) {
      for (int i = 0; i < 6; i++) {
        attack.call(Target.ECHO, Frames.bytes(bytes(20_000)));
      }
      Attack.pause(random.nextInt(20_000_000));
    }
  }

  /** Answers are looked at, and their room is never given back. */
  private void credit() {
    link.keepAll();
    byte[] body = Frames.bytes(bytes(400));
    for (int i = 0; i < 3000; i++) {
      attack.call(Target.ECHO, body);
      boolean answered = Attack.await(() -> link.take().isPresent(), 50_000_000);
      if (!answered && link.hasEnded()) {
        return;
      }
    }
  }

  private void method() {
    int method = 100 + random.nextInt(1 << 20);
    attack.post(
        Frames.frame(
            Kind.REQUEST, 0, method, ++attack.calls, attack.object, bytes(random.nextInt(50))));
  }

  private void object() {
    int object = 1_000 + random.nextInt(1 << 20);
    attack.post(Frames.frame(Kind.REQUEST, 0, 1, ++attack.calls, object, Frames.number(1)));
  }

  private void number() {
    long[] wrong = {
      0, attack.calls, attack.calls + 2, -1, Long.MIN_VALUE, random.nextLong() | 1L << 40
    };
    attack.post(
        Frames.request(Target.ECHO, wrong[random.nextInt(wrong.length)], Frames.bytes(bytes(3))));
  }

  private void answer() {
    long[] wrong = {0, 1_000 + random.nextInt(100), -1, Long.MAX_VALUE};
    long call = wrong[random.nextInt(wrong.length)];
    attack.post(
        random.nextBoolean()
            ? Frames.reply(call, Frames.bytes(bytes(5)))
            : Frames.frame(Kind.ERROR, 0, 0, call, 0, error()));
  }

  private static byte[] error() {
    return new WireWriter().i32(100).string("no").toBytes();
  }

  private void misplaced() {
    byte[] frame =
        switch (random.nextInt(6)) {
          case 0 -> Frames.frame(Kind.CANCEL, 0, 0, attack.calls + 50, 0, Frames.NOTHING);
          case 1 -> Frames.frame(Kind.CANCEL, 0, 0, 1, 0, bytes(4));
          case 2 -> Frames.frame(Kind.RELEASE, 0, 0, 0, 5_000, Frames.number(1));
          case 3 -> Frames.frame(Kind.ERROR, ConnectionFrame.MORE, 0, 1, 0, error());
          case 4 -> Frames.frame(Kind.REPLY, ConnectionFrame.ONEWAY, 0, 1, 0, bytes(4));
          default -> Frames.frame(Kind.TERMINATION, 0, 0, 0, 0, bytes(1));
        };
    attack.post(frame);
  }

  private void fragments() {
    boolean client = attack.isClient();
    Kind kind = client ? Kind.REQUEST : Kind.REPLY;
    long call = client ? ++attack.calls : 1;
    byte[] part = bytes(ConnectionFrame.MAX_BODY);
    switch (random.nextInt(3)) {
      case 0 -> {
        attack.post(Frames.frame(kind, ConnectionFrame.MORE, 1, call, 0, bytes(10)));
        attack.post(Frames.frame(kind, 0, 1, call + 1, 0, bytes(10)));
      }
      case 1 -> attack.post(Frames.frame(kind, ConnectionFrame.MORE, 1, call, 0, Frames.NOTHING));
      default -> {
        for (int i = 0; i < 6; i++) {
          attack.post(Frames.frame(kind, ConnectionFrame.MORE, 1, call, 0, part));
        }
      }
    }
  }

  private void arguments() {
    for (int i = 0; i < 8; i++) {
      byte[] body = bytes(random.nextInt(200));
      if (attack.isClient()) {
        int[] methods = {
          Target.ECHO, Target.ZEROS, Target.READ, Target.KEEP, Target.LEND, Target.HOLD
        };
        attack.call(methods[random.nextInt(methods.length)], body);
      } else if (attack.object != 0) {
        attack.post(Frames.frame(Kind.REQUEST, 0, 1, ++attack.calls, attack.object, body));
      }
    }
    if (!attack.isClient() && attack.pending.length > 0) {
      attack.post(
          Frames.frame(
              Kind.REPLY, 0, 0, Frames.call(attack.pending), 0, bytes(random.nextInt(90))));
    }
  }

  private void references() {
    for (int i = 1; i <= MANY; i++) {
      attack.call(random.nextBoolean() ? Target.KEEP : Target.LEND, Frames.number(i));
    }
  }

  private void holds() {
    for (int i = 0; i < MANY; i++) {
      if (attack.isClient()) {
        attack.call(Target.HOLD, Frames.number(50));
      } else {
        attack.post(
            Frames.frame(Kind.REQUEST, 0, 1, ++attack.calls, attack.object, Frames.number(i)));
      }
    }
  }

  /** Cancels of a call that was made, or fragments of one byte. */
  private void flood() {
    byte[] frame;
    if (attack.isClient() && attack.calls > 0) {
      frame = Frames.frame(Kind.CANCEL, 0, 0, 1, 0, Frames.NOTHING);
    } else {
      frame = Frames.frame(Kind.REPLY, ConnectionFrame.MORE, 0, 1, 0, new byte[1]);
    }
    long end = System.nanoTime() + 2_000_000 + random.nextInt(6_000_000);
    while (System.nanoTime() - end < 0) {
      if (!link.write(frame)) {
        Thread.onSpinWait();
      }
    }
    link.ring();
  }

  private void descriptors() {
    Descriptor file = attack.anyFile;
    byte[] one = Frames.frame(Kind.CANCEL, 0, 1, 0, 1, 0, Frames.NOTHING);
    byte[] two = Frames.frame(Kind.CANCEL, 0, 2, 0, 1, 0, Frames.NOTHING);
    switch (random.nextInt(4)) {
      case 0 -> {
        int _ = link.packet(new byte[1], file);
      }
      case 1 -> {
        int _ = link.packet(one, file);
      }
      case 2 -> {
        int _ = link.packet(two, file);
      }
      default -> attack.post(random.nextBoolean() ? one : two);
    }
  }

  private void tickets() {
    int said = 1 + random.nextInt(20);
    int there = random.nextInt(3) == 0 ? random.nextInt(20) : said;
    byte[] tickets = bytes(there * Ticket.BYTES);
    for (int i = 0; i < there && random.nextInt(4) != 0; i++) {
      tickets[i * Ticket.BYTES] = (byte) (1 + random.nextInt(3));
    }
    attack.post(Frames.withTickets(++attack.calls, said, bytes(random.nextInt(40)), tickets));
  }

  /** A frame that would be right in the ring is no bell either. */
  private void packets() {
    switch (random.nextInt(3)) {
      case 0 -> {
        int _ = link.packet(Frames.frame(Kind.CANCEL, 0, 0, 1, 0, Frames.NOTHING));
      }
      case 1 -> {
        for (int i = 0; i < 18; i++) {
          int _ = link.packet(noLastWord(2 + random.nextInt(500)));
        }
      }
      default -> {
        int _ = link.packet(noLastWord(2 + random.nextInt(29)));
      }
    }
  }

  /** One GOODBYE may come over the socket, and counts when that has ended. */
  private byte[] noLastWord(int length) {
    byte[] packet = bytes(length);
    if (packet[0] == Kind.GOODBYE.number()) {
      packet[0] = 0;
    }
    return packet;
  }

  private void half() {
    UnixSocket.Direction[] directions = UnixSocket.Direction.values();
    link.shutdown(directions[random.nextInt(directions.length)]);
  }
}
