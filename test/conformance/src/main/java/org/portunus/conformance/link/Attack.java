// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.conformance.link.Fault.Outcome;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.linux.file.Descriptor;

/**
 * One case at the attacker: brings the victim to its state by keeping to the protocol, strikes, and
 * says what it saw of the victim afterwards.
 */
final class Attack {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);
  private static final long GLANCE = TimeUnit.MILLISECONDS.toNanos(250);

  final Case attacked;
  final RawLink link;
  final Random random;
  final Descriptor anyFile;

  /** The number of this side's last call. */
  long calls;

  /** The victim's call that waits for its answer. */
  byte[] pending = Frames.NOTHING;

  /** An object of the victim that this side was given, or 0. */
  int object;

  /** Whether what is posted is never rung for. */
  boolean silent;

  /** Whether nothing is read any more. */
  boolean deaf;

  Attack(Case attacked, RawLink link, Descriptor anyFile) {
    this.attacked = attacked;
    this.link = link;
    this.anyFile = anyFile;
    this.random = attacked.random();
  }

  boolean isClient() {
    return attacked.seat() == Seat.CLIENT;
  }

  // The way to the state.

  void reach() {
    if (isClient()) {
      reachAsClient();
    } else {
      reachAsService();
    }
  }

  private void reachAsClient() {
    LinkState state = attacked.state();
    if (state == LinkState.GREETING) {
      return;
    }
    post(Frames.hello());
    require(Kind.HELLO, receive());
    if (state == LinkState.AWAY) {
      await(() -> link.victimAttention() == Attention.AWAY, GLANCE);
      return;
    }
    call(Target.ECHO, Frames.bytes(new byte[] {1}));
    require(Kind.REPLY, receive());
    switch (state) {
      case ASLEEP -> await(() -> link.victimAttention() == Attention.ASLEEP, GLANCE);
      case RUNNING -> call(Target.HOLD, Frames.number(60));
      case SENDING -> {
        for (int i = 0; i < 4; i++) {
          call(Target.ZEROS, Frames.number(200_000));
        }
        pause(10_000_000);
      }
      case ONEWAYS -> {
        oneway(Target.LINGER, Frames.number(30));
        for (int i = 0; i < 8; i++) {
          oneway(Target.NOTE, Frames.bytes(new byte[100]));
        }
      }
      case FRAGMENT ->
          post(
              Frames.frame(
                  Kind.REQUEST, ConnectionFrame.MORE, Target.ECHO, ++calls, 0, new byte[500]));
      case REFERRING -> {
        call(Target.LEND, Frames.NOTHING);
        byte[] reply = require(Kind.REPLY, receive());
        object =
            java.nio.ByteBuffer.wrap(Frames.body(reply))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(2);
      }
      case DRAINING -> {
        call(Target.HOLD, Frames.number(120));
        oneway(Target.DRAIN, Frames.NOTHING);
        await(() -> link.victimAttention() == Attention.CLOSING, GLANCE);
      }
      default -> {}
    }
  }

  private void reachAsService() {
    LinkState state = attacked.state();
    require(Kind.HELLO, receive());
    if (state == LinkState.GREETING) {
      return;
    }
    post(Frames.hello());
    answer(require(Kind.REQUEST, receive()));
    if (state == LinkState.AWAY) {
      // A client that expects nothing does not say so.
      await(() -> link.victimAttention() == Attention.AWAY, GLANCE / 100);
      return;
    }
    if (state == LinkState.SENDING) {
      pause(20_000_000);
      return;
    }
    pending = require(Kind.REQUEST, receiveBut(Kind.RELEASE));
    switch (state) {
      case ASLEEP, TERMINATING ->
          await(() -> link.victimAttention() == Attention.ASLEEP, GLANCE / 4);
      case FRAGMENT ->
          post(
              Frames.frame(
                  Kind.REPLY, ConnectionFrame.MORE, 0, Frames.call(pending), 0, new byte[300]));
      case REFERRING -> object = Frames.firstInt(pending);
      default -> {}
    }
    if (state == LinkState.TERMINATING) {
      post(Frames.frame(Kind.TERMINATION, 0, 0, 0, 0, Frames.NOTHING));
    }
  }

  // What the victim made of it.

  /** The verdict of this side: a word that begins with OK, or what is wrong. */
  String aftermath() {
    Outcome outcome = attacked.outcome();
    if (outcome == Outcome.VIOLATION) {
      boolean ended = await(link::hasEnded, PATIENCE);
      return ended ? "OK ended" : "the victim goes on with the link";
    }
    if (outcome == Outcome.LIVES) {
      return isClient() ? proveAsClient() : serveToTheEnd();
    }
    if (isClient()) {
      pause(random.nextInt(8_000_000));
      return "OK left";
    }
    return await(link::hasEnded, PATIENCE) ? "OK ended" : "the victim's calls never came to an end";
  }

  private String proveAsClient() {
    byte[] bytes = new byte[1 + random.nextInt(300)];
    random.nextBytes(bytes);
    long number = attacked.state() == LinkState.FRAGMENT ? finishFragments() : 0;
    if (number == 0) {
      call(Target.ECHO, Frames.bytes(bytes));
      number = calls;
    } else {
      bytes = new byte[0];
    }
    long end = System.nanoTime() + PATIENCE;
    while (System.nanoTime() - end < 0) {
      Optional<byte[]> frame = link.take();
      if (frame.isEmpty()) {
        pause(50_000);
        if (link.hasEnded()) {
          return "the victim ended the link";
        }
      } else if (Frames.call(frame.get()) == number) {
        boolean right =
            Frames.kind(frame.get()) == Kind.REPLY
                && (bytes.length == 0
                    || Arrays.equals(Frames.reply(number, Frames.bytes(bytes)), frame.get()));
        return right ? "OK lives" : "another answer: " + Frames.kind(frame.get());
      }
    }
    return "no answer any more";
  }

  /** The rest of the message that was begun, so that it is one. */
  private long finishFragments() {
    byte[] rest = new byte[0];
    // The first fragment's four bytes said that no bytes follow: its argument is refused, typed.
    post(Frames.frame(Kind.REQUEST, 0, Target.ECHO, calls, 0, new byte[10]));
    call(Target.ECHO, Frames.bytes(rest));
    return calls;
  }

  /** Answers as a service should, until the victim has what it wants. */
  private String serveToTheEnd() {
    if (attacked.state() == LinkState.FRAGMENT) {
      finishReply();
    } else if (pending.length > 0) {
      answer(pending);
    }
    long end = System.nanoTime() + 2 * PATIENCE;
    while (System.nanoTime() - end < 0) {
      Optional<byte[]> frame = link.take();
      if (frame.isEmpty()) {
        if (link.hasEnded()) {
          return "OK served";
        }
        pause(50_000);
      } else if (Frames.kind(frame.get()) == Kind.REQUEST && !Frames.isOneway(frame.get())) {
        answer(frame.get());
      }
    }
    return "the victim does not end";
  }

  /** 300 bytes of a reply were sent before; it can't be made right, so it is made wrong. */
  private void finishReply() {
    post(Frames.frame(Kind.REPLY, 0, 0, Frames.call(pending), 0, new byte[1]));
  }

  /** Answers a request of the victim as the target would. */
  void answer(byte[] request) {
    byte[] body = Frames.body(request);
    byte[] last = request;
    while (Frames.hasMore(last)) {
      last = receive();
      byte[] more = Frames.body(last);
      byte[] joined = Arrays.copyOf(body, body.length + more.length);
      System.arraycopy(more, 0, joined, body.length, more.length);
      body = joined;
    }
    switch (Frames.method(request)) {
      case Target.ECHO -> post(Frames.reply(Frames.call(request), body));
      case Target.KEEP -> post(Frames.reply(Frames.call(request), Frames.number(1)));
      default -> throw new AssertionError("the script has no method " + Frames.method(request));
    }
  }

  // Posting and taking.

  void call(int method, byte[] body) {
    post(Frames.request(method, ++calls, body));
  }

  void oneway(int method, byte[] body) {
    post(Frames.oneway(method, ++calls, body));
  }

  /** Writes a record when there is room, if that comes in time, and wakes the victim. */
  void post(byte[] frame) {
    if (!await(() -> link.write(frame), GLANCE)) {
      return;
    }
    if (!silent) {
      link.ring();
    }
  }

  byte[] receive() {
    byte[][] taken = new byte[1][];
    boolean come =
        await(
            () -> {
              Optional<byte[]> frame = link.take();
              frame.ifPresent(bytes -> taken[0] = bytes);
              return frame.isPresent();
            },
            PATIENCE);
    if (!come) {
      throw new AssertionError("the victim sent nothing in the protocol's beginning");
    }
    return taken[0];
  }

  private byte[] receiveBut(Kind skipped) {
    byte[] frame = receive();
    while (Frames.kind(frame) == skipped) {
      frame = receive();
    }
    return frame;
  }

  private static byte[] require(Kind kind, byte[] frame) {
    if (Frames.kind(frame) != kind) {
      throw new AssertionError("the victim sent " + Frames.kind(frame) + ", not " + kind);
    }
    return frame;
  }

  static boolean await(BooleanSupplier condition, long nanos) {
    long end = System.nanoTime() + nanos;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      pause(100_000);
    }
    return true;
  }

  static void pause(long nanos) {
    LockSupport.parkNanos(nanos);
  }
}
