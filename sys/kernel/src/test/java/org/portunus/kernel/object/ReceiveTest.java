// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.kernel.object.World.assertEmpty;
import static org.portunus.kernel.object.World.bits;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.numbered;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;
import static org.portunus.kernel.object.World.withReply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.PortDescriptor;

/** Rows 53 to 57 of Mach conformance, in the object layer, and arming. */
class ReceiveTest {
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

  @Test
  void row53_header() {
    int reply = port(c);
    sendOk(c, withReply(dest(), right(reply, MAKE_SEND_ONCE)));
    IncomingMessage request = receive(s, port);
    assertThat(request.local()).isEqualTo(port);
    PortDescriptor answer = request.reply().orElseThrow();
    assertThat(answer.disposition()).isEqualTo(MOVE_SEND_ONCE);
    assertThat(type(s, answer.name())).isEqualTo(bits(RightKind.SEND_ONCE));
    sendOk(s, message(answer));
    assertThat(s.type(answer.name()).result()).isEqualTo(KernReturn.INVALID_NAME);
    IncomingMessage replied = receive(c, reply);
    assertThat(replied.local()).isEqualTo(reply);
    assertThat(replied.reply()).isEmpty();
    sendOk(c, withReply(right(toPort, MOVE_SEND), right(reply, MAKE_SEND)));
    assertThat(receive(s, port).reply().orElseThrow().disposition()).isEqualTo(MOVE_SEND);
    assertThat(s.status(port).orElseThrow().sendRights()).isFalse();
  }

  @Test
  void row54_noMessageNoRight() {
    assertThat(s.poll(port).result()).isEqualTo(KernReturn.RCV_TIMED_OUT);
    assertThat(c.poll(toPort).result()).isEqualTo(KernReturn.RCV_INVALID_NAME);
    assertThat(s.poll(0x7703).result()).isEqualTo(KernReturn.RCV_INVALID_NAME);
    assertThat(s.poll(0).result()).isEqualTo(KernReturn.RCV_INVALID_NAME);
    World.Got got = new World.Got();
    PendingReceive pending = s.receive(port, got).orElseThrow();
    pending.timeOut();
    assertThat(got.only()).isEqualTo(KernReturn.RCV_TIMED_OUT);
    sendOk(c, message(dest()));
    assertThat(receive(s, port).id()).isEqualTo(7);
  }

  @Test
  void row54_rightLostWhileWaiting() {
    int moving = port(c);
    int destroyed = port(c);
    int set = World.set(c);
    List<World.Got> all = new ArrayList<>();
    for (int name : new int[] {moving, destroyed, set}) {
      World.Got got = new World.Got();
      assertThat(c.receive(name, got)).isPresent();
      all.add(got);
    }
    sendOk(c, message(dest(), right(moving, MOVE_RECEIVE)));
    c.destroy(destroyed);
    c.deallocate(set);
    assertThat(all).allMatch(got -> got.only() == KernReturn.RCV_PORT_DIED);
  }

  @Test
  void waitingReceiversAreServedInOrder() {
    World.Got first = new World.Got();
    World.Got second = new World.Got();
    s.receive(port, first);
    s.receive(port, second);
    sendOk(c, numbered(dest(), 1, 0));
    assertThat(first.message().id()).isEqualTo(1);
    assertThat(second.outcomes).isEmpty();
    sendOk(c, numbered(dest(), 2, 0));
    assertThat(second.message().id()).isEqualTo(2);
  }

  @Test
  void row57_setDeliversWithTheMembersName() {
    int set = World.set(s);
    int second = port(s);
    World.Got got = new World.Got();
    s.receive(set, got);
    assertThat(got.outcomes).isEmpty();
    assertThat(s.insertMember(port, set)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.insertMember(port, set)).isEqualTo(KernReturn.ALREADY_IN_SET);
    sendOk(c, message(dest()));
    assertThat(got.message().local()).isEqualTo(port);

    sendOk(s, numbered(right(second, MAKE_SEND), 3, 0));
    World.Got woken = new World.Got();
    s.receive(set, woken);
    assertThat(woken.outcomes).isEmpty();
    assertThat(s.moveMember(second, set)).isEqualTo(KernReturn.SUCCESS);
    assertThat(woken.message().local()).isEqualTo(second);
    assertThat(s.members(set).orElseThrow()).containsExactly(port, second);
    assertThat(s.status(port).orElseThrow().inSet()).isTrue();
  }

  @Test
  void row57_noMemberStarves() {
    int set = World.set(s);
    int second = port(s);
    for (int name : new int[] {port, second}) {
      s.setQueueLimit(name, 100);
      s.insertMember(name, set);
    }
    for (int i = 0; i < 50; i++) {
      sendOk(s, numbered(right(port, MAKE_SEND), i, 0));
    }
    sendOk(s, numbered(right(second, MAKE_SEND), 99, 0));
    receive(s, set);
    assertThat(receive(s, set).id()).isEqualTo(99);
    for (int i = 1; i < 50; i++) {
      assertThat(receive(s, set).id()).isEqualTo(i);
    }
    assertEmpty(s, set);
  }

  @Test
  void row57_membership() {
    int set = World.set(s);
    int other = World.set(s);
    assertThat(s.extractMember(port, set)).isEqualTo(KernReturn.NOT_IN_SET);
    assertThat(s.moveMember(port, 0)).isEqualTo(KernReturn.NOT_IN_SET);
    assertThat(s.insertMember(set, port)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertThat(s.insertMember(0x7703, set)).isEqualTo(KernReturn.INVALID_NAME);
    s.insertMember(port, set);
    s.insertMember(port, other);
    sendOk(c, message(dest()));
    assertThat(receive(s, other).local()).isEqualTo(port);
    assertEmpty(s, set);
    assertThat(s.moveMember(port, other)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.members(set).orElseThrow()).isEmpty();
    assertThat(s.members(other).orElseThrow()).containsExactly(port);
    assertThat(s.extractMember(port, other)).isEqualTo(KernReturn.SUCCESS);
    sendOk(c, message(dest()));
    assertEmpty(s, other);
    s.insertMember(port, set);
    s.destroy(port);
    assertThat(s.members(set).orElseThrow()).isEmpty();
    assertEmpty(s, set);
  }

  @Test
  void armFiresOnceForPortAndSet() {
    int set = World.set(s);
    s.insertMember(port, set);
    List<String> fired = new ArrayList<>();
    assertThat(s.arm(port, (result, name) -> fired.add("port " + result)))
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(s.arm(set, (result, name) -> fired.add("set " + result)))
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(fired).isEmpty();
    sendOk(c, message(dest()));
    sendOk(c, message(dest()));
    assertThat(fired).containsExactly("port SUCCESS", "set SUCCESS");
    s.arm(port, (result, name) -> fired.add("again " + result));
    assertThat(fired).hasSize(3).last().isEqualTo("again SUCCESS");
    receive(s, port);
    receive(s, port);
    s.arm(port, (result, name) -> fired.add("end " + result));
    s.arm(set, (result, name) -> fired.add("never"));
    s.disarm(set);
    s.destroy(port);
    assertThat(fired).hasSize(4).last().isEqualTo("end RCV_PORT_DIED");
    assertThat(c.arm(toPort, (result, name) -> fired.add("never")))
        .isEqualTo(KernReturn.RCV_INVALID_NAME);
  }

  @Test
  void withoutNamesTheMessageStays() {
    Space small = w.task(new Quota(2, 10, 10_000, 10)).space();
    int own = port(small);
    int toOwn = w.sendRight(small, own, c);
    World.Thing file = new World.Thing();
    c.send(
        message(right(toOwn, COPY_SEND), right(port(c), MAKE_SEND), right(port(c), MAKE_SEND)),
        List.of(file),
        new World.Sent());
    assertThat(small.poll(own).result()).isEqualTo(KernReturn.NO_SPACE);
    World.Got got = new World.Got();
    assertThat(small.receive(own, got)).isEmpty();
    assertThat(got.only()).isEqualTo(KernReturn.NO_SPACE);
    assertThat(file.released).isZero();
    small.destroy(own);
    assertThat(file.released).isEqualTo(1);
  }

  @Test
  void kernelPortsReceiveAndReply() {
    List<String> heard = new ArrayList<>();
    Port host =
        w.ipc.createKernelPort((port, message) -> {
          heard.add("id " + message.id() + " from " + message.sender().task());
          message.ports().forEach(w.ipc::release);
          message.custody().forEach(Custody::release);
          KernelMessage reply =
              new KernelMessage(
                  message.id() + 100,
                  new byte[] {9},
                  Optional.empty(),
                  List.of(),
                  List.of(),
                  World.token(0));
          message.reply().ifPresent(right -> w.ipc.send(right, reply));
        });
    int toHost = c.grantSend(host).orElseThrow();
    int reply = port(c);
    World.Got got = new World.Got();
    c.receive(reply, got);
    World.Thing file = new World.Thing();
    for (int i = 0; i < 20; i++) {
      sendOk(c, message(right(toHost, COPY_SEND), right(port(c), MOVE_RECEIVE)));
    }
    c.send(
        withReply(right(toHost, COPY_SEND), right(reply, MAKE_SEND_ONCE)),
        List.of(file),
        new World.Sent());
    assertThat(heard).hasSize(21).last().isEqualTo("id 8 from " + w.client.token().task());
    assertThat(got.message().id()).isEqualTo(108);
    assertThat(file.released).isEqualTo(1);
    assertThat(w.ipc.counts().ports()).isEqualTo(3);
    w.ipc.destroyKernelPort(host);
    assertThat(type(c, toHost)).isEqualTo(bits(RightKind.DEAD_NAME));
  }

  @Test
  void kernelKeepsAPortAcrossItsHoldersDeath() {
    List<CarriedRight> held = new ArrayList<>();
    Port backup = w.ipc.createKernelPort((port, message) -> held.addAll(message.ports()));
    CarriedRight bootstrap = w.ipc.createPort();
    Port port = bootstrap.port().orElseThrow();
    assertThat(port.requestPortDestroyed(backup.makeSendOnce())).isEqualTo(KernReturn.SUCCESS);
    assertThat(port.requestPortDestroyed(backup.makeSendOnce())).isEqualTo(KernReturn.FAILURE);
    s.insert(bootstrap).orElseThrow();
    int name = c.grantSend(port).orElseThrow();
    sendOk(c, numbered(right(name, COPY_SEND), 5, 0));
    w.server.terminate();
    assertThat(held).hasSize(1);
    sendOk(c, numbered(right(name, COPY_SEND), 6, 0));
    int again = w.o.insert(held.getFirst()).orElseThrow();
    assertThat(receive(w.o, again).id()).isEqualTo(5);
    assertThat(receive(w.o, again).id()).isEqualTo(6);
    assertThat(port.receivingTask()).contains(w.other);
    assertThat(port.holders()).containsExactlyInAnyOrder(w.client, w.other);
  }

  @Test
  void continuationsMayCallAnyOperation() {
    World.Got last = new World.Got();
    World.Sent nested = new World.Sent();
    s.receive(
        port,
        outcome -> {
          s.send(numbered(right(port, MAKE_SEND), 2, 0), List.of(), nested);
          s.receive(port, last);
        });
    sendOk(c, numbered(dest(), 1, 0));
    assertThat(last.message().id()).isEqualTo(2);
    assertThat(nested.only()).isEqualTo(KernReturn.SUCCESS);
  }
}
