// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout;
import org.portunus.conformance.link.KernelPart.Link;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.SingleService;

/**
 * What a coverage-guided fuzzer calls: a service in this process, and a peer whose acts are the
 * bytes. Anything but a typed end of the session is a finding.
 *
 * <pre>
 *   byte 0: bit 0: the peer says hello first
 *   then acts, each a byte and what it takes:
 *     0 n        a record of the next n bytes
 *     1 k f m c o n   a frame with a right head: kind, flags, method, call, object, n bytes
 *     2 8 bytes  a head in the ring
 *     3 w 8 bytes a word of the memory
 *     4 n        a packet on the socket;  5 n  the same with a descriptor
 *     6 n m t    a request with n tickets, m bytes of body and t bytes of tickets
 *     7          a bell
 *     8          waits for the victim a moment
 * </pre>
 */
public final class LinkFuzz {
  private static final int ACTS = 9;
  private static final long MOMENT = 300_000;
  private static final int PATIENCE_SECONDS = 20;
  private static final Map<String, Throwable> UNCAUGHT = new ConcurrentHashMap<>();
  private static final TaskWords WORDS;
  private static final MemoryFile FILE;

  static {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> UNCAUGHT.put(thread.getName(), thrown));
    try {
      WORDS = TaskWords.create();
      FILE = MemoryFile.sealedCopy("right", new byte[64]);
    } catch (LinuxException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private static final SeverWords SEVER = mapped();

  private static SeverWords mapped() {
    try (Descriptor handed = WORDS.handOver()) {
      return SeverWords.map(handed);
    }
  }

  private final ByteBuffer acts;
  private final RawLink link;
  private long calls;

  private LinkFuzz(byte[] input, RawLink link) {
    this.acts = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    this.link = link;
  }

  /** Runs one input; throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws LinuxException {
    if (input.length == 0) {
      return;
    }
    TaskWords.Place place = WORDS.open().orElseThrow();
    try (KernelPart kernel = new KernelPart();
        Link made = kernel.make()) {
      LinkEnd end =
          new LinkEnd(
              LinkMemory.map(made.memory().descriptor()),
              SEVER,
              place.index(),
              place.epoch(),
              LinkSide.SERVICE,
              RawLink.MAX);
      SingleService.Serving serving =
          SingleService.open(
              new Offer<>(TargetXpc.TYPE, new TargetService()),
              LinkTransport.of(made.victim().duplicate(0), end),
              Victim.limits(),
              event -> {});
      made.victim().close();
      try (RawLink link =
          new RawLink(
              made.memory().descriptor().duplicate(0), made.attacker().duplicate(0), Seat.CLIENT)) {
        made.attacker().close();
        new LinkFuzz(input, link).run();
      }
      check(serving);
    } finally {
      WORDS.free(place);
    }
  }

  private static void check(SingleService.Serving serving) {
    try {
      PortunusException reason = serving.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (reason.code() == ErrorCode.INVALID) {
        throw new AssertionError("the reader failed", reason);
      }
    } catch (TimeoutException hangs) {
      throw new AssertionError("the session does not end", hangs);
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    }
    if (!UNCAUGHT.isEmpty()) {
      Map<String, Throwable> thrown = Map.copyOf(UNCAUGHT);
      UNCAUGHT.clear();
      throw new AssertionError("nobody caught " + thrown, thrown.values().iterator().next());
    }
  }

  private void run() {
    if ((acts.get() & 1) != 0) {
      post(Frames.hello());
    }
    while (acts.hasRemaining()) {
      act(Math.floorMod(acts.get(), ACTS));
    }
    Attack.await(() -> !hasUnread(), MOMENT);
  }

  /** Whether the victim has not read all, as its word says: a hint. */
  private boolean hasUnread() {
    return link.unread() > 0;
  }

  private void act(int act) {
    switch (act) {
      case 0 -> post(next(number(1)));
      case 1 -> frame();
      case 2 -> {
        link.publish(number(8));
        link.ring();
      }
      case 3 -> word();
      case 4 -> {
        int _ = link.packet(next(1 + number(1)));
      }
      case 5 -> {
        int _ = link.packet(next(1 + number(1)), FILE.descriptor());
      }
      case 6 ->
          post(Frames.withTickets(++calls, (int) number(1), next(number(1)), next(number(1))));
      case 7 -> link.ring();
      default -> Attack.await(() -> !hasUnread(), MOMENT);
    }
  }

  private void frame() {
    int kind = (int) number(1);
    int flags = (int) number(1);
    int method = (int) number(1);
    long call = calls + 1 + (byte) number(1);
    int object = (int) number(1);
    byte[] body = next(number(1));
    byte[] frame =
        Frames.frame(
            org.portunus.abi.wire.ConnectionFrame.Kind.REQUEST, 0, method, call, object, body);
    frame[0] = (byte) kind;
    frame[1] = (byte) flags;
    calls = Math.max(calls, call);
    post(frame);
  }

  private void word() {
    int[] words = {
      link.in() + LinkLayout.CONSUMED,
      link.in() + LinkLayout.CLOSED,
      link.in() + LinkLayout.ATTENTION,
      link.in() + LinkLayout.PROCESSOR,
      link.out() + LinkLayout.BELL,
      link.out() + LinkLayout.ATTENTION
    };
    int word = words[(int) Math.floorMod(number(1), (long) words.length)];
    if (word == link.in() + LinkLayout.CONSUMED || word == link.in() + LinkLayout.CLOSED) {
      link.setLong(word, number(8));
    } else {
      link.setWord(word, (int) number(4));
    }
  }

  private void post(byte[] frame) {
    if (link.write(frame)) {
      link.ring();
    }
  }

  /** A number of so many bytes; what is not there is zero. */
  private long number(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes && acts.hasRemaining(); i++) {
      value |= (acts.get() & 0xffL) << (8 * i);
    }
    return value;
  }

  private byte[] next(long count) {
    byte[] bytes = new byte[(int) Math.min(count, acts.remaining())];
    acts.get(bytes);
    return bytes;
  }
}
