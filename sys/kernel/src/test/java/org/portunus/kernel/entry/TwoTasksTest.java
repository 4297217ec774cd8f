// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;

/** Rows of Mach conformance with two or three tasks over kernel sockets. */
class TwoTasksTest {
  private final TestKernel kernel;
  private final Peer s;
  private final Peer c;
  private final int toS;

  TwoTasksTest() throws LinuxException {
    kernel = new TestKernel();
    s = kernel.peer();
    c = kernel.peer();
    toS = c.bootstrap();
    s.queueLimit(s.bootstrapReceive(), 1024);
  }

  @AfterEach
  void end() {
    kernel.close();
    s.close();
    c.close();
  }

  /** Sends rights from c to s; their names there. */
  private List<PortDescriptor> hand(PortDescriptor... rights) throws LinuxException {
    assertThat(c.send(0, new PortDescriptor(toS, COPY_SEND), 100, rights))
        .isEqualTo(KernReturn.SUCCESS);
    return s.receive(s.bootstrapReceive()).ports();
  }

  private int hand(int name, Disposition disposition) throws LinuxException {
    return hand(new PortDescriptor(name, disposition)).getFirst().name();
  }

  private void request(Peer task, int name, NotificationKind kind, int at) throws LinuxException {
    WireWriter body = new WireWriter().i32(name).u8(kind.number()).i32(0).u8(1);
    body.i32(at).u8(MAKE_SEND_ONCE.number());
    assertThat(task.result(KernelOperation.PORT_REQUEST_NOTIFICATION, body))
        .isEqualTo(KernReturn.SUCCESS);
  }

  private static void notified(Peer task, int at, NotificationKind kind) throws LinuxException {
    assertThat(task.receive(at).id()).isEqualTo(kind.number());
  }

  @Test
  void row07_onePortOneName() throws LinuxException {
    for (int receive = 0; receive < 3; receive++) {
      int n = c.port();
      c.insert(n, n, MAKE_SEND);
      Set<Integer> names = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        names.add(hand(n, i == receive ? MOVE_RECEIVE : COPY_SEND));
      }
      assertThat(names).hasSize(1);
      int name = names.iterator().next();
      assertThat(s.refs(name, RightKind.SEND)).isEqualTo(2);
      assertThat(s.refs(name, RightKind.RECEIVE)).isEqualTo(1);
    }
  }

  @Test
  void row08_sendOnceRightsHaveTheirOwnNames() throws LinuxException {
    int n = c.port();
    assertThat(hand(n, MAKE_SEND_ONCE)).isNotEqualTo(hand(n, MAKE_SEND_ONCE));
  }

  @Test
  void row14_theHolderOfASendOnceRightDies() throws LinuxException {
    int n = c.port();
    int name = hand(n, MAKE_SEND_ONCE);
    assertThat(s.refs(name, RightKind.SEND_ONCE)).isEqualTo(1);
    s.close();
    notified(c, n, NotificationKind.SEND_ONCE);
    assertThat(c.poll(n)).isEqualTo(KernReturn.RCV_TIMED_OUT);
  }

  @Test
  void row18And19_theReceiverDies() throws LinuxException {
    Peer third = kernel.peer();
    int n = third.port();
    third.send(0, new PortDescriptor(toS, COPY_SEND), 1, new PortDescriptor(n, MAKE_SEND));
    int name = s.receive(s.bootstrapReceive()).ports().getFirst().name();
    int at = s.port();
    request(s, name, NotificationKind.DEAD_NAME, at);
    third.close();
    notified(s, at, NotificationKind.DEAD_NAME);
    assertThat(s.type(name)).isEqualTo(RightKind.DEAD_NAME.typeBit());
    assertThat(s.refs(name, RightKind.DEAD_NAME)).isEqualTo(2);
  }

  @Test
  void row23_aReceiveRightComesBackFromADeadTaskWithItsQueue() throws LinuxException {
    int n = c.port();
    c.insert(n, n, MAKE_SEND);
    int at = c.port();
    request(c, n, NotificationKind.PORT_DESTROYED, at);
    int moved = hand(n, MOVE_RECEIVE);
    assertThat(s.poll(moved)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    assertThat(c.send(0, new PortDescriptor(n, COPY_SEND), 55)).isEqualTo(KernReturn.SUCCESS);
    s.close();
    IncomingMessage back = c.receive(at);
    assertThat(back.id()).isEqualTo(NotificationKind.PORT_DESTROYED.number());
    assertThat(back.ports().getFirst().name()).isEqualTo(n);
    assertThat(c.receive(n).id()).isEqualTo(55);
  }

  @Test
  void row24_theLastSenderDies() throws LinuxException {
    int n = c.port();
    hand(n, MAKE_SEND);
    int at = c.port();
    request(c, n, NotificationKind.NO_SENDERS, at);
    assertThat(c.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    s.close();
    notified(c, at, NotificationKind.NO_SENDERS);
    assertThat(c.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
  }

  @Test
  void row37And39_blockedSenders() throws LinuxException {
    s.queueLimit(s.bootstrapReceive(), 1);
    PortDescriptor to = new PortDescriptor(toS, COPY_SEND);
    assertThat(c.send(0, to, 101)).isEqualTo(KernReturn.SUCCESS);
    c.tell(KernelOperation.MESSAGE_SEND, Peer.message(-1, to, Optional.empty(), 102));
    assertThat(s.receive(s.bootstrapReceive()).id()).isEqualTo(101);
    assertThat(c.reply().result()).isZero();
    c.tell(KernelOperation.MESSAGE_SEND, Peer.message(-1, to, Optional.empty(), 103));
    s.close();
    assertThat(KernReturn.of(c.reply().result())).contains(KernReturn.SEND_INVALID_DEST);
    assertThat(kernel.counts().blockedSends()).isZero();
  }

  @Test
  void row42_orderAcrossTasks() throws LinuxException {
    for (int i = 0; i < 500; i++) {
      c.tell(
          KernelOperation.MESSAGE_SEND,
          Peer.message(0, new PortDescriptor(toS, COPY_SEND), Optional.empty(), 1000 + i));
    }
    for (int i = 0; i < 500; i++) {
      IncomingMessage message = s.receive(s.bootstrapReceive());
      assertThat(message.id()).isEqualTo(1000 + i);
      assertThat(message.sequenceNumber()).isEqualTo(i);
      assertThat(message.sender().task()).isEqualTo(2);
    }
  }

  @Test
  void row44_aPortThatDiesInTransit() throws LinuxException {
    int n = c.port();
    c.send(0, new PortDescriptor(toS, COPY_SEND), 100, new PortDescriptor(n, MAKE_SEND));
    c.destroy(n);
    assertThat(s.receive(s.bootstrapReceive()).ports().getFirst().name())
        .isEqualTo(MachLimits.NAME_DEAD);
  }

  @Test
  void row45_messagesFollowAMovingReceiveRight() throws LinuxException {
    int n = c.port();
    c.insert(n, n, MAKE_SEND);
    PortDescriptor to = new PortDescriptor(n, COPY_SEND);
    List<Integer> sent = new ArrayList<>();
    for (int id = 200; id < 204; id++) {
      if (id == 202) {
        c.send(0, new PortDescriptor(toS, COPY_SEND), 1, new PortDescriptor(n, MOVE_RECEIVE));
      }
      assertThat(c.send(0, to, id)).isEqualTo(KernReturn.SUCCESS);
      sent.add(id);
    }
    int name = s.receive(s.bootstrapReceive()).ports().getFirst().name();
    for (int id : sent) {
      assertThat(s.receive(name).id()).isEqualTo(id);
    }
  }

  @Test
  void row48_everyDisposition() throws LinuxException {
    int n = c.port();
    c.insert(n, n, MAKE_SEND);
    c.insert(0x5003, n, MAKE_SEND_ONCE);
    List<PortDescriptor> arrived =
        hand(
            new PortDescriptor(n, MAKE_SEND),
            new PortDescriptor(n, MAKE_SEND_ONCE),
            new PortDescriptor(n, COPY_SEND),
            new PortDescriptor(n, MOVE_SEND),
            new PortDescriptor(0x5003, MOVE_SEND_ONCE),
            new PortDescriptor(n, MOVE_RECEIVE));
    assertThat(arrived.stream().map(PortDescriptor::disposition))
        .containsExactly(
            MOVE_SEND, MOVE_SEND_ONCE, MOVE_SEND, MOVE_SEND, MOVE_SEND_ONCE, MOVE_RECEIVE);
    assertThat(s.refs(arrived.getFirst().name(), RightKind.SEND)).isEqualTo(3);
    KernelFrame gone = c.ask(KernelOperation.PORT_TYPE, new WireWriter().i32(n));
    assertThat(KernReturn.of(gone.result())).contains(KernReturn.INVALID_NAME);
  }

  @Test
  void row54_theReceiverOfAWaitingReceiveDiesAndAnotherTasksNameIsNone() throws LinuxException {
    s.tell(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(s.bootstrapReceive()).i64(-1));
    assertThat(s.type(s.bootstrapReceive())).isNotZero();
    assertThat(kernel.counts().pendingReceives()).isEqualTo(1);
    s.close();
    KernelFrame dead = c.ask(KernelOperation.PORT_TYPE, new WireWriter().i32(toS));
    for (int i = 0; kernel.tasks() != 1 && i < 100_000; i++) {
      dead = c.ask(KernelOperation.PORT_TYPE, new WireWriter().i32(toS));
    }
    assertThat(dead.result()).isZero();
    assertThat(kernel.counts().pendingReceives()).isZero();
    assertThat(c.type(toS)).isEqualTo(RightKind.DEAD_NAME.typeBit());
  }

  @Test
  void row57And60_setsAndArmedPorts() throws LinuxException {
    int set = s.allocate(RightKind.PORT_SET);
    WireWriter move = new WireWriter().i32(s.bootstrapReceive()).i32(set);
    assertThat(s.result(KernelOperation.PORT_MOVE_MEMBER, move)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.result(KernelOperation.PORT_ARM, new WireWriter().i32(set)))
        .isEqualTo(KernReturn.SUCCESS);
    c.send(0, new PortDescriptor(toS, COPY_SEND), 301);
    KernelFrame available = s.event();
    assertThat(available.operation()).isEqualTo(KernelOperation.MESSAGE_AVAILABLE.number());
    assertThat(available.body()).isEqualTo(new WireWriter().i32(set).toBytes());
    IncomingMessage message = s.receive(set);
    assertThat(message.id()).isEqualTo(301);
    assertThat(message.local()).isEqualTo(s.bootstrapReceive());
  }
}
