// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.kernel.object.World.assertEmpty;
import static org.portunus.kernel.object.World.assertNotified;
import static org.portunus.kernel.object.World.bits;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.numbered;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.request;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.send;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;
import static org.portunus.kernel.object.World.withReply;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.OutgoingMessage;

/** The end of a task: rows 14, 18, 19, 21, 23 and 24 for all that it held; and quotas. */
class TaskDeathTest {
  private final World w = new World();
  private final Space s = w.s;
  private final Space c = w.c;

  @Test
  void everythingThatATaskHeldEnds() {
    int n = port(s);
    int notify = port(c);
    int deadWatch = w.sendRight(s, n, c);
    request(c, deadWatch, NotificationKind.DEAD_NAME, notify);
    int mine = port(c);
    int theirs = w.sendRight(c, mine, s);
    int once = w.sendOnceRight(c, mine, s);
    request(c, mine, NotificationKind.NO_SENDERS, notify);
    int noticed = w.sendOnceRight(c, notify, s);
    int deletedWatch = w.sendRight(c, port(c), s);
    s.requestNotification(
        deletedWatch,
        NotificationKind.DEAD_NAME.number(),
        0,
        Optional.of(right(noticed, MOVE_SEND_ONCE)));

    w.server.terminate();

    assertThat(type(c, deadWatch)).isEqualTo(bits(RightKind.DEAD_NAME));
    assertNotified(c, notify, NotificationKind.DEAD_NAME, deadWatch);
    assertNotified(c, notify, NotificationKind.NO_SENDERS, 1);
    assertNotified(c, notify, NotificationKind.PORT_DELETED, deletedWatch);
    assertEmpty(c, notify);
    assertThat(receive(c, mine).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
    assertThat(s.entries()).isEmpty();
    assertThat(s.type(theirs).result()).isEqualTo(KernReturn.INVALID_TASK);
    assertThat(s.deallocate(once)).isEqualTo(KernReturn.INVALID_TASK);
    assertThat(s.allocate(RightKind.RECEIVE).result()).isEqualTo(KernReturn.INVALID_TASK);
    assertThat(send(s, message(right(theirs, COPY_SEND)))).isEqualTo(KernReturn.INVALID_TASK);
  }

  @Test
  void waitsOfADeadTaskEndOnce() {
    int n = port(s);
    int toN = w.sendRight(s, n, c);
    s.setQueueLimit(n, 0);
    World.Thing file = new World.Thing();
    World.Sent sent = new World.Sent();
    World.Got got = new World.Got();
    BlockedSend blocked = c.send(message(right(toN, COPY_SEND)), List.of(file), sent).orElseThrow();
    PendingReceive pending = c.receive(port(c), got).orElseThrow();
    w.client.terminate();
    assertThat(sent.only()).isEqualTo(KernReturn.INVALID_TASK);
    assertThat(got.only()).isEqualTo(KernReturn.INVALID_TASK);
    assertThat(file.released).isEqualTo(1);
    blocked.timeOut();
    pending.timeOut();
    sent.only();
    got.only();
    s.setQueueLimit(n, 5);
    assertEmpty(s, n);
    assertThat(w.client.usage()).isEqualTo(new Usage(0, 0, 0, 0, 0, 0));
  }

  @Test
  void row23_requestedReceiveRightsOutliveTheirTaskWithTheirQueue() {
    int launchd = port(s);
    int service = port(c);
    int client = w.sendRight(c, service, w.o);
    c.requestNotification(
        service,
        NotificationKind.PORT_DESTROYED.number(),
        0,
        Optional.of(right(w.sendOnceRight(s, launchd, c), MOVE_SEND_ONCE)));
    World.Thing file = new World.Thing();
    w.o.send(numbered(right(client, COPY_SEND), 1, 0), List.of(file), new World.Sent());
    w.client.terminate();
    IncomingMessage notice = receive(s, launchd);
    int port = notice.ports().getFirst().name();
    Received request = s.poll(port).orElseThrow();
    assertThat(request.message().id()).isEqualTo(1);
    assertThat(request.custody()).containsExactly(file);
    assertThat(file.released).isZero();
  }

  @Test
  void nothingIsLeft() {
    int a = port(s);
    int b = port(c);
    int toB = w.sendRight(c, b, s);
    World.Thing file = new World.Thing();
    s.insertRight(a, a, MAKE_SEND);
    sendOk(s, withReply(right(toB, COPY_SEND), right(a, MAKE_SEND_ONCE)));
    int set = World.set(c);
    c.insertMember(b, set);
    request(s, toB, NotificationKind.DEAD_NAME, a);
    request(c, b, NotificationKind.NO_SENDERS, b);
    request(c, b, NotificationKind.PORT_DESTROYED, b);
    int moved = port(s);
    s.send(
        message(right(toB, COPY_SEND), right(moved, MOVE_RECEIVE)),
        List.of(file),
        new World.Sent());
    c.receive(port(c), new World.Got());
    w.killAll();
    assertThat(file.released).isEqualTo(1);
    assertThat(w.ipc.counts()).isEqualTo(World.NOTHING);
  }

  @Test
  void namesAreLimited() {
    Space small = w.task(new Quota(3, 10, 10_000, 10)).space();
    int own = port(small);
    port(small);
    World.set(small);
    assertThat(small.allocate(RightKind.DEAD_NAME).result()).isEqualTo(KernReturn.NO_SPACE);
    assertThat(small.insertRight(0x4003, own, MAKE_SEND_ONCE)).isEqualTo(KernReturn.NO_SPACE);
    assertThat(small.insertRight(own, own, MAKE_SEND)).isEqualTo(KernReturn.SUCCESS);
    Port port = s.receiveRightPort(port(s)).orElseThrow();
    assertThat(small.grantSend(port).result()).isEqualTo(KernReturn.NO_SPACE);
    small.destroy(own);
    assertThat(small.grantSend(port).result()).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void messagesAndBytesAreTheSenders() {
    Task small = w.task(new Quota(100, 3, 2000, 10));
    int n = port(s);
    s.setQueueLimit(n, 100);
    int toN = w.sendRight(s, n, small.space());
    for (int i = 0; i < 3; i++) {
      sendOk(small.space(), numbered(right(toN, COPY_SEND), i, 0));
    }
    assertThat(send(small.space(), numbered(right(toN, COPY_SEND), 3, 0)))
        .isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    assertThat(small.usage().messages()).isEqualTo(3);
    assertThat(small.usage().bytes()).isEqualTo(3 * (Quota.MESSAGE_COST + 1));
    receive(s, n);
    OutgoingMessage large =
        new OutgoingMessage(
            0, right(toN, COPY_SEND), Optional.empty(), 1, List.of(), new byte[1500]);
    assertThat(send(small.space(), large)).isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    sendOk(small.space(), numbered(right(toN, COPY_SEND), 3, 0));
    s.destroy(n);
    assertThat(small.usage()).isEqualTo(new Usage(1, 0, 0, 0, 0, 0));
  }

  @Test
  void unreadNoticesOfThePortAreLimitedByItsSendOnceRights() {
    Space small = w.task(new Quota(100, 3, 2000, 4)).space();
    int n = port(small);
    for (int i = 0; i < 4; i++) {
      assertThat(small.insertRight(0x4003, n, MAKE_SEND_ONCE)).isEqualTo(KernReturn.SUCCESS);
      small.deallocate(0x4003);
    }
    assertThat(small.insertRight(0x4003, n, MAKE_SEND_ONCE))
        .isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    assertThat(request(small, n, NotificationKind.NO_SENDERS, n).result())
        .isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    small.insertRight(n, n, MAKE_SEND);
    assertThat(send(small, withReply(right(n, COPY_SEND), right(n, MAKE_SEND_ONCE))))
        .isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    receive(small, n);
    assertThat(small.insertRight(0x4003, n, MAKE_SEND_ONCE)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void aMovedPortDoesNotBurdenItsReceiver() {
    Quota few = new Quota(100, 10, 20_000, 4);
    Space from = w.task(few).space();
    Task victim = w.task(few);
    int inbox = port(victim.space());
    int toInbox = w.sendRight(victim.space(), inbox, from);
    int moving = port(from);
    for (int i = 0; i < 4; i++) {
      from.insertRight(0x4003 + (i << 8), moving, MAKE_SEND_ONCE);
    }
    sendOk(from, message(right(toInbox, COPY_SEND), right(moving, MOVE_RECEIVE)));
    receive(victim.space(), inbox);
    assertThat(victim.space().insertRight(0x4003, inbox, MAKE_SEND_ONCE))
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(from.insertRight(0x4803, port(from), MAKE_SEND_ONCE))
        .isEqualTo(KernReturn.RESOURCE_SHORTAGE);
  }

  @Test
  void askingWithoutReadingDoesNotGrowTheKernel() {
    Task small = w.task(new Quota(100, 3, 2000, 10));
    int n = port(small.space());
    Port port = small.space().receiveRightPort(n).orElseThrow();
    KernelMessage reply =
        new KernelMessage(1, new byte[8], Optional.empty(), List.of(), List.of(), World.token(0));
    for (int i = 0; i < 3; i++) {
      assertThat(w.ipc.send(port.makeSend(), reply)).isEqualTo(KernReturn.SUCCESS);
    }
    assertThat(w.ipc.send(port.makeSend(), reply)).isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    assertThat(w.ipc.send(port.makeSendOnce(), reply)).isEqualTo(KernReturn.SUCCESS);
    for (int i = 0; i < 3; i++) {
      assertThat(small.space().receive(port(small.space()), new World.Got())).isPresent();
    }
    World.Got got = new World.Got();
    assertThat(small.space().receive(port(small.space()), got)).isEmpty();
    assertThat(got.only()).isEqualTo(KernReturn.RESOURCE_SHORTAGE);
  }

  @Test
  void setsOfAPortAreLimited() {
    int n = port(s);
    for (int i = 0; i < Membership.SETS_PER_PORT; i++) {
      assertThat(s.insertMember(n, World.set(s))).isEqualTo(KernReturn.SUCCESS);
    }
    assertThat(s.insertMember(n, World.set(s))).isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    assertThat(s.moveMember(n, World.set(s))).isEqualTo(KernReturn.SUCCESS);
  }
}
