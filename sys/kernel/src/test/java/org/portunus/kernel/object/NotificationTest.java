// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.kernel.object.World.DEAD_NAME;
import static org.portunus.kernel.object.World.RECEIVE;
import static org.portunus.kernel.object.World.SEND;
import static org.portunus.kernel.object.World.assertEmpty;
import static org.portunus.kernel.object.World.assertNotified;
import static org.portunus.kernel.object.World.bits;
import static org.portunus.kernel.object.World.makeOnce;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.numbered;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.refs;
import static org.portunus.kernel.object.World.request;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.send;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;

/** Rows 18 to 26 of Mach conformance, in the object layer. */
class NotificationTest {
  private final World w = new World();
  private final Space s = w.s;
  private final Space c = w.c;

  @Test
  void row18_deathTakesTheQueueAndLeavesDeadNames() {
    int n = port(s);
    int carried = port(c);
    int sendName = w.sendRight(s, n, c);
    int onceName = w.sendOnceRight(s, n, c);
    int inTransit = w.sendOnceRight(c, carried, c);
    int watch = w.sendRight(c, carried, w.o);
    int gone = port(w.o);
    request(c, carried, NotificationKind.NO_SENDERS, carried);
    World.Thing file = new World.Thing();
    OutgoingMessage full =
        message(
            right(sendName, COPY_SEND),
            right(inTransit, MOVE_SEND_ONCE),
            right(carried, MAKE_SEND));
    c.send(full, List.of(file), new World.Sent());
    w.o.destroy(watch);
    w.o.destroy(gone);
    assertEmpty(c, carried);

    assertThat(s.destroy(n)).isEqualTo(KernReturn.SUCCESS);

    assertThat(type(c, sendName)).isEqualTo(bits(RightKind.DEAD_NAME));
    assertThat(type(c, onceName)).isEqualTo(bits(RightKind.DEAD_NAME));
    assertThat(file.released).isEqualTo(1);
    assertThat(receive(c, carried).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
    assertNotified(c, carried, NotificationKind.NO_SENDERS, 2);
    assertEmpty(c, carried);
    assertThat(w.ipc.counts().messages()).isZero();
  }

  @Test
  void row25_sendPossibleAtOnceWhenThereIsRoom() {
    int n = port(s);
    int sender = w.sendRight(s, n, c);
    int at = port(c);
    assertThat(ask(sender, 1, at).result()).isEqualTo(KernReturn.SUCCESS);
    assertNotified(c, at, NotificationKind.SEND_POSSIBLE, sender);
    assertThat(type(c, sender)).isEqualTo(bits(RightKind.SEND));
  }

  private Outcome<Optional<PortDescriptor>> ask(int name, int sync, int at) {
    return c.requestNotification(
        name, NotificationKind.SEND_POSSIBLE.number(), sync, Optional.of(makeOnce(at)));
  }

  @Test
  void row25_sendPossibleOnceWhenAFullQueueHasRoom() {
    int n = port(s);
    s.setQueueLimit(n, 1);
    int sender = w.sendRight(s, n, c);
    int at = port(c);
    sendOk(c, numbered(right(sender, COPY_SEND), 1, 0));
    assertThat(ask(sender, 1, at).result()).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(c, sender)).isEqualTo(bits(RightKind.SEND) | Space.TYPE_SEND_POSSIBLE_REQUEST);
    assertEmpty(c, at);
    receive(s, n);
    assertNotified(c, at, NotificationKind.SEND_POSSIBLE, sender);
    sendOk(c, numbered(right(sender, COPY_SEND), 2, 0));
    receive(s, n);
    assertEmpty(c, at);
  }

  @Test
  void row25_aDelayedRequestIsArmedByARefusedSend() {
    int n = port(s);
    s.setQueueLimit(n, 1);
    int sender = w.sendRight(s, n, c);
    int at = port(c);
    ask(sender, 0, at);
    assertThat(type(c, sender)).isEqualTo(bits(RightKind.SEND) | Space.TYPE_SEND_POSSIBLE_DELAYED);
    sendOk(c, numbered(right(sender, COPY_SEND), 1, 0));
    OutgoingMessage second = numbered(right(sender, COPY_SEND), 2, 0);
    World.Sent without = new World.Sent();
    c.send(second, List.of(), without);
    assertThat(without.only()).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(type(c, sender)).isEqualTo(bits(RightKind.SEND) | Space.TYPE_SEND_POSSIBLE_DELAYED);
    World.Sent with = new World.Sent();
    c.send(second, MessageBody.PLAIN, List.of(), with, SendOption.NOTIFY);
    assertThat(with.only()).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(type(c, sender)).isEqualTo(bits(RightKind.SEND) | Space.TYPE_SEND_POSSIBLE_REQUEST);
    s.setQueueLimit(n, 2);
    assertNotified(c, at, NotificationKind.SEND_POSSIBLE, sender);
    assertEmpty(c, at);
  }

  @Test
  void row25_sendPossibleHearsOfDeathAndOfFreedNames() {
    int n = port(s);
    s.setQueueLimit(n, 0);
    int sender = w.sendRight(s, n, c);
    int at = port(c);
    ask(sender, 1, at);
    c.deallocate(sender);
    assertNotified(c, at, NotificationKind.PORT_DELETED, sender);
    int again = w.sendRight(s, n, c);
    ask(again, 1, at);
    s.destroy(n);
    assertNotified(c, at, NotificationKind.DEAD_NAME, again);
    assertThat(refs(c, again, DEAD_NAME)).isEqualTo(2);
    assertEmpty(c, at);
  }

  @Test
  void row18_receiversOwnSendRightDiesToo() {
    int n = port(s);
    s.insertRight(n, n, MAKE_SEND);
    assertThat(s.modRefs(n, RECEIVE, -1)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, n)).isEqualTo(bits(RightKind.DEAD_NAME));
    assertThat(refs(s, n, DEAD_NAME)).isEqualTo(1);
  }

  @Test
  void row19_deadName() {
    int n = port(s);
    int notify = port(c);
    int name = w.sendRight(s, n, c);
    assertThat(request(c, name, NotificationKind.DEAD_NAME, notify).orElseThrow()).isEmpty();
    assertThat(type(c, name)).isEqualTo(bits(RightKind.SEND) | Space.TYPE_DEAD_NAME_REQUEST);
    s.destroy(n);
    assertNotified(c, notify, NotificationKind.DEAD_NAME, name);
    assertEmpty(c, notify);
    assertThat(refs(c, name, DEAD_NAME)).isEqualTo(2);
  }

  @Test
  void row20_deadNameRequestOnDeadName() {
    int notify = port(c);
    int dead = c.allocate(RightKind.DEAD_NAME).orElseThrow();
    int id = NotificationKind.DEAD_NAME.number();
    assertThat(c.requestNotification(dead, id, 0, Optional.of(makeOnce(notify))).result())
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertThat(c.requestNotification(dead, id, 1, Optional.empty()).result())
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertEmpty(c, notify);
    assertThat(c.requestNotification(dead, id, 1, Optional.of(makeOnce(notify))).result())
        .isEqualTo(KernReturn.SUCCESS);
    assertNotified(c, notify, NotificationKind.DEAD_NAME, dead);
    assertThat(refs(c, dead, DEAD_NAME)).isEqualTo(2);
  }

  @Test
  void row21_freedNameWithRequest() {
    int n = port(s);
    int notify = port(c);
    Runnable[] ends = {
      () -> c.deallocate(watched(n, notify)),
      () -> c.destroy(watched(n, notify)),
      () -> c.modRefs(watched(n, notify), SEND, -1),
      () -> sendOk(c, message(right(watched(n, notify), MOVE_SEND))),
    };
    for (Runnable end : ends) {
      end.run();
      assertThat(receive(c, notify).id()).isEqualTo(NotificationKind.PORT_DELETED.number());
      assertEmpty(c, notify);
    }
    s.destroy(n);
    assertEmpty(c, notify);
  }

  private int watched(int port, int notify) {
    int name = w.sendRight(s, port, c);
    request(c, name, NotificationKind.DEAD_NAME, notify);
    return name;
  }

  @Test
  void row22_requestReplacesAndReturns() {
    int n = port(s);
    int first = port(s);
    int second = port(s);
    int name = w.sendRight(s, n, s);
    for (NotificationKind kind : List.of(NotificationKind.DEAD_NAME, NotificationKind.NO_SENDERS)) {
      assertThat(request(s, name, kind, first).orElseThrow()).isEmpty();
      PortDescriptor previous = request(s, name, kind, second).orElseThrow().orElseThrow();
      assertThat(previous.disposition()).isEqualTo(MOVE_SEND_ONCE);
      sendOk(s, message(right(previous.name(), MOVE_SEND_ONCE)));
      assertThat(receive(s, first).id()).isEqualTo(7);
      PortDescriptor cancelled =
          s.requestNotification(name, kind.number(), 0, Optional.empty())
              .orElseThrow()
              .orElseThrow();
      s.deallocate(cancelled.name());
      assertThat(receive(s, second).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
      assertThat(s.requestNotification(name, kind.number(), 0, Optional.empty()).orElseThrow())
          .isEmpty();
    }
    assertThat(request(s, n, NotificationKind.PORT_DESTROYED, first).result())
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(request(s, n, NotificationKind.PORT_DESTROYED, second).result())
        .isEqualTo(KernReturn.FAILURE);
    assertThat(s.status(second).orElseThrow().sendOnceRights()).isZero();
  }

  @Test
  void row23_portDestroyedDeliversTheReceiveRightAlive() {
    int n = port(s);
    int notify = port(c);
    int viaOther = w.sendOnceRight(c, notify, s);
    int id = NotificationKind.PORT_DESTROYED.number();
    PortDescriptor once = right(viaOther, MOVE_SEND_ONCE);
    assertThat(s.requestNotification(n, id, 1, Optional.of(once)).result())
        .isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.requestNotification(n, id, 0, Optional.of(once)).result())
        .isEqualTo(KernReturn.SUCCESS);
    int sender = w.sendRight(s, n, w.o);
    sendOk(w.o, numbered(right(sender, COPY_SEND), 41, 0));
    sendOk(w.o, numbered(right(sender, COPY_SEND), 42, 0));

    s.destroy(n);

    assertThat(type(w.o, sender)).isEqualTo(bits(RightKind.SEND));
    sendOk(w.o, numbered(right(sender, COPY_SEND), 43, 0));
    IncomingMessage message = receive(c, notify);
    assertThat(message.id()).isEqualTo(id);
    assertThat(message.ports()).hasSize(1);
    assertThat(message.ports().getFirst().disposition()).isEqualTo(MOVE_RECEIVE);
    int moved = message.ports().getFirst().name();
    assertThat(receive(c, moved).id()).isEqualTo(41);
    assertThat(receive(c, moved).id()).isEqualTo(42);
    assertThat(receive(c, moved).id()).isEqualTo(43);
    c.destroy(moved);
    assertThat(type(w.o, sender)).isEqualTo(bits(RightKind.DEAD_NAME));
  }

  @Test
  void row24_noSenders() {
    int n = port(s);
    int notify = port(s);
    int id = NotificationKind.NO_SENDERS.number();
    s.requestNotification(n, id, 0, Optional.of(makeOnce(notify)));
    assertNotified(s, notify, NotificationKind.NO_SENDERS, 0);
    s.requestNotification(n, id, 1, Optional.of(makeOnce(notify)));
    assertEmpty(s, notify);
    assertThat(s.status(n).orElseThrow().noSendersRequest()).isTrue();

    int first = w.sendRight(s, n, c);
    int second = w.sendRight(s, n, w.o);
    c.deallocate(first);
    assertEmpty(s, notify);
    w.o.deallocate(second);
    assertNotified(s, notify, NotificationKind.NO_SENDERS, 2);
    assertThat(s.status(n).orElseThrow().noSendersRequest()).isFalse();
    c.deallocate(w.sendRight(s, n, c));
    assertEmpty(s, notify);
  }

  @Test
  void row24_sendRightInTransitIsASender() {
    int n = port(s);
    int notify = port(s);
    int via = port(s);
    int name = w.sendRight(s, n, c);
    int toVia = w.sendRight(s, via, c);
    request(s, n, NotificationKind.NO_SENDERS, notify);
    sendOk(c, message(right(toVia, COPY_SEND), right(name, MOVE_SEND)));
    assertEmpty(s, notify);
    receive(s, via);
    assertEmpty(s, notify);
    s.modRefs(n, SEND, -1);
    assertNotified(s, notify, NotificationKind.NO_SENDERS, 1);
  }

  @Test
  void row24_lastRightUsedAsDestination() {
    int n = port(s);
    int notify = port(s);
    int name = w.sendRight(s, n, c);
    request(s, n, NotificationKind.NO_SENDERS, notify);
    sendOk(c, message(right(name, MOVE_SEND)));
    assertEmpty(s, notify);
    receive(s, n);
    assertNotified(s, notify, NotificationKind.NO_SENDERS, 1);
  }

  @Test
  void row26_deadNotifyPortAndUnknownKind() {
    int n = port(s);
    int notify = port(c);
    int once = w.sendOnceRight(c, notify, s);
    c.destroy(notify);
    int id = NotificationKind.NO_SENDERS.number();
    assertThat(s.requestNotification(n, id, 0, Optional.of(right(once, MOVE_SEND_ONCE))).result())
        .isEqualTo(KernReturn.INVALID_CAPABILITY);
    for (int unknown : new int[] {0, 64, 65, 71, 73, -1}) {
      assertThat(s.requestNotification(n, unknown, 0, Optional.of(makeOnce(n))).result())
          .isEqualTo(KernReturn.INVALID_VALUE);
    }
    assertThat(s.status(n).orElseThrow().sendOnceRights()).isZero();
  }

  @Test
  void requestsOfADeadPortEnd() {
    int n = port(s);
    int notify = port(c);
    int id = NotificationKind.NO_SENDERS.number();
    w.sendRight(s, n, c);
    int once = w.sendOnceRight(c, notify, s);
    s.requestNotification(n, id, 0, Optional.of(right(once, MOVE_SEND_ONCE)));
    s.destroy(n);
    assertThat(receive(c, notify).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
    assertThat(send(c, message(right(notify, MAKE_SEND)))).isEqualTo(KernReturn.SUCCESS);
  }
}
