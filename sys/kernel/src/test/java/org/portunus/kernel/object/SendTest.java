// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.kernel.object.World.SEND;
import static org.portunus.kernel.object.World.assertEmpty;
import static org.portunus.kernel.object.World.bits;
import static org.portunus.kernel.object.World.isDeadName;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.numbered;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.refs;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.send;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;
import static org.portunus.kernel.object.World.withReply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;

/** Rows 27 and 35 to 51 of Mach conformance, in the object layer. */
class SendTest {
  private final World w = new World();
  private final Space s = w.s;
  private final Space c = w.c;
  private int port;
  private int toPort;

  @BeforeEach
  void open() {
    port = port(s);
    toPort = w.sendRight(s, port, c);
  }

  private PortDescriptor dest() {
    return right(toPort, COPY_SEND);
  }

  private void fill() {
    for (int i = 0; i < 5; i++) {
      sendOk(c, numbered(dest(), i, 0));
    }
  }

  @Test
  void row27_queueLimit() {
    assertThat(s.setQueueLimit(port, 1025)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.setQueueLimit(port, -1)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.setQueueLimit(port, 1024)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.setQueueLimit(port, 0)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.status(port).orElseThrow().queueLimit()).isZero();
    assertThat(send(c, numbered(dest(), 1, 0))).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(c.setQueueLimit(toPort, 5)).isEqualTo(KernReturn.INVALID_RIGHT);
  }

  @Test
  void row35_noDestination() {
    int reply = port(c);
    int dead = c.allocate(RightKind.DEAD_NAME).orElseThrow();
    Counts before = w.ipc.counts();
    for (int name : new int[] {0, ~0, 0x7703, dead, World.set(c)}) {
      World.Thing file = new World.Thing();
      World.Sent sent = new World.Sent();
      OutgoingMessage message = withReply(right(name, COPY_SEND), right(reply, MAKE_SEND_ONCE));
      assertThat(c.send(message, List.of(file), sent)).isEmpty();
      assertThat(sent.only()).isEqualTo(KernReturn.SEND_INVALID_DEST);
      assertThat(file.released).isEqualTo(1);
    }
    assertThat(c.status(reply).orElseThrow().sendOnceRights()).isZero();
    assertThat(refs(c, dead, World.DEAD_NAME)).isEqualTo(1);
    assertThat(w.ipc.counts().carried()).isEqualTo(before.carried());
  }

  @Test
  void row36_badDispositions() {
    int own = port(c);
    assertThat(send(c, message(right(own, MOVE_RECEIVE))))
        .isEqualTo(KernReturn.SEND_INVALID_HEADER);
    assertThat(send(c, withReply(dest(), right(own, MOVE_RECEIVE))))
        .isEqualTo(KernReturn.SEND_INVALID_HEADER);
    assertThat(send(c, withReply(dest(), right(own, MOVE_SEND))))
        .isEqualTo(KernReturn.SEND_INVALID_REPLY);
    assertThat(type(c, own)).isEqualTo(bits(RightKind.RECEIVE));
  }

  @Test
  void row37_fullQueueBlocksUntilRoom() {
    fill();
    World.Sent first = new World.Sent();
    World.Sent second = new World.Sent();
    assertThat(c.send(numbered(dest(), 5, -1), List.of(), first)).isPresent();
    BlockedSend waits = c.send(numbered(dest(), 6, 1000), List.of(), second).orElseThrow();
    assertThat(send(c, numbered(dest(), 9, 0))).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(first.results).isEmpty();
    assertThat(receive(s, port).id()).isZero();
    assertThat(first.only()).isEqualTo(KernReturn.SUCCESS);
    assertThat(second.results).isEmpty();
    waits.timeOut();
    assertThat(second.only()).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(waits.isWaiting()).isFalse();
    waits.timeOut();
    second.only();
    for (int id = 1; id <= 5; id++) {
      assertThat(receive(s, port).id()).isEqualTo(id);
    }
    assertEmpty(s, port);
  }

  @Test
  void row37_raisedLimitLetsSendersIn() {
    fill();
    List<World.Sent> blocked = new ArrayList<>();
    for (int i = 5; i < 8; i++) {
      World.Sent sent = new World.Sent();
      c.send(numbered(dest(), i, -1), List.of(), sent);
      blocked.add(sent);
    }
    s.setQueueLimit(port, 7);
    assertThat(blocked.get(0).only()).isEqualTo(KernReturn.SUCCESS);
    assertThat(blocked.get(1).only()).isEqualTo(KernReturn.SUCCESS);
    assertThat(blocked.get(2).results).isEmpty();
    for (int id = 0; id < 8; id++) {
      assertThat(receive(s, port).id()).isEqualTo(id);
    }
  }

  @Test
  void row39_portDiesUnderABlockedSender() {
    fill();
    int own = port(c);
    World.Sent sent = new World.Sent();
    World.Thing file = new World.Thing();
    c.send(message(dest(), right(own, MOVE_RECEIVE)), List.of(file), sent);
    s.destroy(port);
    assertThat(sent.only()).isEqualTo(KernReturn.SEND_INVALID_DEST);
    ReturnedMessage returned = sent.returned.orElseThrow();
    assertThat(isDeadName(returned.destination())).isTrue();
    assertThat(type(c, returned.ports().getFirst().name())).isEqualTo(bits(RightKind.RECEIVE));
    assertThat(returned.custody()).containsExactly(file);
    assertThat(file.released).isZero();
    assertThat(type(c, toPort)).isEqualTo(bits(RightKind.DEAD_NAME));
  }

  @Test
  void row40_everythingComesBackAndCanBeSentAgain() {
    fill();
    int own = port(c);
    int held = w.sendRight(s, port(s), c);
    int once = w.sendOnceRight(s, port, c);
    World.Sent sent = new World.Sent();
    World.Thing file = new World.Thing();
    OutgoingMessage out =
        new OutgoingMessage(
            1,
            right(toPort, MOVE_SEND),
            Optional.of(right(own, MAKE_SEND_ONCE)),
            77,
            List.of(right(own, MOVE_RECEIVE), right(held, MOVE_SEND), right(once, MOVE_SEND_ONCE)),
            new byte[] {1, 2});
    BlockedSend blocked = c.send(out, List.of(file), sent).orElseThrow();
    assertThat(c.type(own).result()).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(c.type(toPort).result()).isEqualTo(KernReturn.INVALID_NAME);
    blocked.interrupt();
    assertThat(sent.only()).isEqualTo(KernReturn.SEND_INTERRUPTED);
    ReturnedMessage back = sent.returned.orElseThrow();
    assertThat(file.released).isZero();
    assertThat(type(c, back.destination().name())).isEqualTo(bits(RightKind.SEND));
    assertThat(type(c, back.reply().orElseThrow().name())).isEqualTo(bits(RightKind.SEND_ONCE));
    assertThat(back.ports().stream().map(p -> type(c, p.name())))
        .containsExactly(bits(RightKind.RECEIVE), bits(RightKind.SEND), bits(RightKind.SEND_ONCE));
    assertThat(w.client.usage().messages()).isEqualTo(5);

    receive(s, port);
    OutgoingMessage again =
        new OutgoingMessage(
            0, back.destination(), back.reply(), back.id(), back.ports(), back.data());
    World.Sent resent = new World.Sent();
    c.send(again, back.custody(), resent);
    assertThat(resent.only()).isEqualTo(KernReturn.SUCCESS);
    for (int i = 0; i < 4; i++) {
      receive(s, port);
    }
    Received got = s.poll(port).orElseThrow();
    assertThat(got.custody()).containsExactly(file);
    assertThat(got.message().data()).containsExactly(1, 2);
    assertThat(got.message().ports()).hasSize(3);
  }

  @Test
  void row42_orderAndSequence() {
    s.setQueueLimit(port, 100);
    for (int i = 0; i < 50; i++) {
      sendOk(c, numbered(dest(), i, 0));
    }
    for (int i = 0; i < 50; i++) {
      IncomingMessage message = receive(s, port);
      assertThat(message.id()).isEqualTo(i);
      assertThat(message.sequenceNumber()).isEqualTo(i);
      assertThat(message.sender()).isEqualTo(w.client.token());
    }
  }

  @Test
  void row42_sendOnceMessagesOvertakeBlockedSenders() {
    fill();
    World.Sent sent = new World.Sent();
    c.send(numbered(dest(), 5, -1), List.of(), sent);
    sendOk(c, numbered(right(w.sendOnceRight(s, port, c), MOVE_SEND_ONCE), 6, 0));
    int[] ids = new int[7];
    for (int i = 0; i < 7; i++) {
      ids[i] = receive(s, port).id();
    }
    assertThat(ids).containsExactly(0, 1, 2, 3, 4, 6, 5);
  }

  @Test
  void row44_deadNamesAndDeathInTransit() {
    int dead = c.allocate(RightKind.DEAD_NAME).orElseThrow();
    c.modRefs(dead, World.DEAD_NAME, 1);
    int doomed = port(s);
    int send = w.sendRight(s, doomed, c);
    int once = w.sendOnceRight(s, doomed, c);
    sendOk(
        c,
        message(
            dest(),
            right(dead, COPY_SEND),
            right(dead, MOVE_SEND),
            right(send, COPY_SEND),
            right(once, MOVE_SEND_ONCE)));
    assertThat(refs(c, dead, World.DEAD_NAME)).isEqualTo(1);
    s.destroy(doomed);
    List<PortDescriptor> ports = receive(s, port).ports();
    assertThat(ports).allMatch(World::isDeadName).hasSize(4);
    assertThat(w.ipc.counts().carried()).isZero();
  }

  @Test
  void row45_receiveRightInFlight() {
    int moving = port(c);
    int toMoving = w.sendRight(c, moving, w.o);
    sendOk(w.o, numbered(right(toMoving, COPY_SEND), 0, 0));
    receive(c, moving);
    sendOk(w.o, numbered(right(toMoving, COPY_SEND), 1, 0));
    sendOk(c, message(dest(), right(moving, MOVE_RECEIVE)));
    for (int id = 2; id < 6; id++) {
      sendOk(w.o, numbered(right(toMoving, COPY_SEND), id, 0));
    }
    World.Sent blocked = new World.Sent();
    w.o.send(numbered(right(toMoving, COPY_SEND), 6, -1), List.of(), blocked);
    int moved = receive(s, port).ports().getFirst().name();
    assertThat(s.status(moved).orElseThrow().makeSendCount()).isZero();
    for (int id = 1; id < 7; id++) {
      IncomingMessage message = receive(s, moved);
      assertThat(message.id()).isEqualTo(id);
      assertThat(message.sequenceNumber()).isEqualTo(id - 1);
    }
    assertThat(blocked.only()).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void row48_everyDispositionInline() {
    int own = port(c);
    c.insertRight(own, own, MAKE_SEND);
    int once = w.sendOnceRight(s, port(s), c);
    Disposition[] all = {
      MAKE_SEND, MAKE_SEND_ONCE, COPY_SEND, MOVE_SEND, MOVE_SEND_ONCE, MOVE_RECEIVE
    };
    PortDescriptor[] ports = new PortDescriptor[all.length];
    for (int i = 0; i < all.length; i++) {
      ports[i] = right(all[i] == MOVE_SEND_ONCE ? once : own, all[i]);
    }
    sendOk(c, message(dest(), ports));
    List<PortDescriptor> arrived = receive(s, port).ports();
    assertThat(arrived.stream().map(PortDescriptor::disposition))
        .containsExactly(
            MOVE_SEND, MOVE_SEND_ONCE, MOVE_SEND, MOVE_SEND, MOVE_SEND_ONCE, MOVE_RECEIVE);
    int name = arrived.get(0).name();
    assertThat(arrived.get(2).name()).isEqualTo(name);
    assertThat(arrived.get(5).name()).isEqualTo(name);
    assertThat(type(s, name)).isEqualTo(bits(RightKind.SEND, RightKind.RECEIVE));
    assertThat(refs(s, name, SEND)).isEqualTo(3);
  }

  @Test
  void row48_toOneselfKeepsTheName() {
    int own = port(c);
    c.insertRight(own, own, MAKE_SEND);
    int queue = port(c);
    c.insertRight(queue, queue, MAKE_SEND);
    sendOk(c, message(right(queue, COPY_SEND), right(own, MOVE_RECEIVE), right(own, COPY_SEND)));
    IncomingMessage back = receive(c, queue);
    assertThat(back.ports().stream().map(PortDescriptor::name)).containsExactly(own, own);
    assertThat(refs(c, own, SEND)).isEqualTo(2);
  }

  @Test
  void row51_rightNotHeldDestroysTheMessage() {
    int watched = port(c);
    int once = w.sendOnceRight(c, watched, c);
    int reply = port(c);
    World.Thing file = new World.Thing();
    World.Sent sent = new World.Sent();
    OutgoingMessage message =
        new OutgoingMessage(
            -1,
            dest(),
            Optional.of(right(reply, MAKE_SEND_ONCE)),
            1,
            List.of(right(once, MOVE_SEND_ONCE), right(toPort, MAKE_SEND), dest()),
            new byte[0]);
    c.send(message, List.of(file), sent);
    assertThat(sent.only()).isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertThat(sent.returned).isEmpty();
    assertThat(file.released).isEqualTo(1);
    assertEmpty(s, port);
    assertThat(receive(c, watched).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
    assertThat(receive(c, reply).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
    assertThat(refs(c, toPort, SEND)).isEqualTo(1);
    assertThat(w.ipc.counts().messages()).isZero();
    assertThat(send(c, message(dest(), right(0x7703, COPY_SEND))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
  }

  @Test
  void row51_nullAndDeadAreLegal() {
    sendOk(c, message(dest(), right(0, COPY_SEND), right(~0, MOVE_SEND_ONCE)));
    assertThat(receive(s, port).ports())
        .containsExactly(right(0, MOVE_SEND), right(~0, MOVE_SEND_ONCE));
  }

  @Test
  void oneNameForDestinationAndReply() {
    int own = port(c);
    c.insertRight(own, own, MAKE_SEND);
    sendOk(c, withReply(right(own, COPY_SEND), right(own, MOVE_SEND)));
    receive(c, own);
    assertThat(send(c, withReply(right(toPort, MOVE_SEND), right(toPort, MOVE_SEND))))
        .isEqualTo(KernReturn.SEND_INVALID_DEST);
    assertThat(refs(c, toPort, SEND)).isEqualTo(1);
    sendOk(c, withReply(right(toPort, MOVE_SEND), right(toPort, COPY_SEND)));
    assertThat(c.type(toPort).result()).isEqualTo(KernReturn.INVALID_NAME);
    IncomingMessage message = receive(s, port);
    assertThat(message.reply().orElseThrow().name()).isEqualTo(port);
    int once = w.sendOnceRight(s, port, c);
    assertThat(send(c, withReply(right(once, MOVE_SEND_ONCE), right(once, MOVE_SEND_ONCE))))
        .isEqualTo(KernReturn.SEND_INVALID_DEST);
  }

  @Test
  void circlesOfReceiveRightsAreDestroyed() {
    int a = port(c);
    int b = port(c);
    int toA = w.sendRight(c, a, w.o);
    c.insertRight(a, a, MAKE_SEND);
    c.insertRight(b, b, MAKE_SEND);
    sendOk(c, message(right(b, COPY_SEND), right(a, MOVE_RECEIVE)));
    sendOk(c, message(right(a, COPY_SEND), right(b, MOVE_RECEIVE)));
    assertThat(type(w.o, toA)).isEqualTo(bits(RightKind.DEAD_NAME));
    assertThat(type(c, b)).isEqualTo(bits(RightKind.DEAD_NAME));
    int self = port(c);
    c.insertRight(self, self, MAKE_SEND);
    sendOk(c, message(right(self, COPY_SEND), right(self, MOVE_RECEIVE)));
    assertThat(type(c, self)).isEqualTo(bits(RightKind.DEAD_NAME));
    assertThat(w.ipc.counts().ports()).isEqualTo(1);
    assertThat(w.ipc.counts().messages()).isZero();
  }

  @Test
  void deepChainsOfReceiveRightsFallWithoutRecursion() {
    Task deep = w.task(new Quota(300_000, 300_000, 1L << 30, 10));
    Space d = deep.space();
    int last = port(d);
    d.insertRight(last, last, MAKE_SEND);
    for (int i = 0; i < 100_000; i++) {
      int next = port(d);
      d.insertRight(next, next, MAKE_SEND);
      sendOk(d, message(right(next, MOVE_SEND), right(last, MOVE_RECEIVE)));
      last = next;
    }
    assertThat(w.ipc.counts().ports()).isEqualTo(100_002);
    d.destroy(last);
    assertThat(w.ipc.counts().ports()).isEqualTo(1);
    assertThat(w.ipc.counts().messages()).isZero();
  }
}
