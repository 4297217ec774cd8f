// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.object.Counts;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.object.Quota;
import org.portunus.kernel.task.KernelLog;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;

/** The kernel's side of kernel sockets against peers that do what they want. */
class KernelSocketTest {
  private static final long FAR = 1L << 60;

  private final TestKernel kernel;
  private final Peer holder;
  private final Peer steady;

  KernelSocketTest() throws LinuxException {
    kernel = new TestKernel();
    holder = kernel.peer();
    steady = kernel.peer();
  }

  private Counts before = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0);

  @BeforeEach
  void count() {
    before = kernel.counts();
  }

  @AfterEach
  void everybodyElseGoesOn() throws LinuxException {
    try (kernel;
        holder;
        steady) {
      assertThat(steady.destroy(steady.port())).isEqualTo(KernReturn.SUCCESS);
    }
  }

  private void assertOnlyItEnded(Peer hostile) throws LinuxException {
    hostile.awaitEnd();
    hostile.close();
    steady.destroy(steady.port());
    assertThat(kernel.tasks()).isEqualTo(2);
    assertThat(kernel.counts()).isEqualTo(before);
  }

  @Test
  void malformedFramesEndTheirSenderOnly() throws LinuxException {
    byte[] good = new KernelFrame(8, KernelFrame.REQUEST, 0, 9, 0, new byte[4]).toBytes();
    List<byte[]> bad = new ArrayList<>();
    bad.add(new byte[1]);
    bad.add(new byte[KernelFrame.HEAD - 1]);
    bad.add(new byte[KernelFrame.HEAD + KernelFrame.MAX_BODY + 100]);
    bad.add(changed(good, 20, 5));
    bad.add(changed(good, 20, 0xff));
    bad.add(changed(good, 23, 0xff));
    bad.add(changed(good, 2, 1));
    bad.add(changed(good, 2, 2));
    bad.add(changed(good, 2, 3));
    bad.add(changed(good, 0, 0));
    bad.add(changed(good, 0, 99));
    bad.add(changed(good, 1, 0x80));
    bad.add(changed(good, 4, 1));
    bad.add(changed(good, 7, 0x80));
    for (KernelOperation event :
        List.of(
            KernelOperation.MESSAGE_AVAILABLE,
            KernelOperation.CALL_CANCEL,
            KernelOperation.TASK_START,
            KernelOperation.TASK_READY,
            KernelOperation.TASK_IDLE,
            KernelOperation.HELLO)) {
      bad.add(new KernelFrame(event.number(), KernelFrame.REQUEST, 0, 9, 0, new byte[0]).toBytes());
    }
    for (byte[] bytes : bad) {
      Peer hostile = kernel.peer();
      assertThat(hostile.raw(bytes)).isEqualTo(bytes.length);
      assertOnlyItEnded(hostile);
    }
    kernel.awaitLog("protocol.violation");
  }

  @Test
  void whoBreaksTheProtocolAgainAndAgainDoesNotFillTheLog() throws LinuxException {
    for (int i = 0; i < 300; i++) {
      try (Peer hostile = kernel.silentPeer()) {
        assertThat(hostile.raw(new byte[1])).isEqualTo(1);
        hostile.awaitEnd();
      }
    }
    // A peer sees its end before it is logged: whoever is answered after that comes later.
    try (Peer other = kernel.peer()) {
      other.destroy(other.port());
    }
    kernel.passLogTime(Duration.ofSeconds(10));
    Peer last = kernel.silentPeer();
    assertThat(last.raw(new byte[1])).isEqualTo(1);
    assertOnlyItEnded(last);
    String log = kernel.logUntil("suppressed=" + (300 - KernelLog.MOST));
    assertThat(log.lines().filter(line -> line.contains("task.refused")))
        .hasSize(KernelLog.MOST + 1);
  }

  @Test
  void hoardersOfConnectionsLeaveRoomForTheNext() throws LinuxException {
    List<Peer> hoarders = new ArrayList<>();
    try (TestKernel small = new TestKernel(Pool.STANDARD, new DescriptorRoom(40));
        Peer service = small.peer()) {
      assertThat(service.queueLimit(service.bootstrapReceive(), 1024))
          .isEqualTo(KernReturn.SUCCESS);
      for (int i = 0; i < 12; i++) {
        Peer hoarder = small.peer();
        hoarders.add(hoarder);
        WireWriter port = new WireWriter().i32(hoarder.bootstrap());
        int result = 0;
        int connections = 0;
        while (result == 0) {
          result = hoarder.ask(KernelOperation.CONNECT, port).result();
          connections++;
        }
        assertThat(ErrorCode.of(result)).contains(ErrorCode.LIMIT_CONNECTIONS);
        assertThat(connections).as("of hoarder %d, the refused one included", i).isBetween(2, 11);
      }
      assertThat(small.waitingDescriptors()).isLessThan(40);
      for (Peer hoarder : hoarders) {
        hoarder.close();
      }
      while (small.tasks() > 1) {
        service.destroy(service.port());
      }
      assertThat(small.waitingDescriptors()).isZero();
      assertThat(small.connections()).isZero();
    }
  }

  private static byte[] changed(byte[] frame, int at, int value) {
    byte[] bytes = frame.clone();
    bytes[at] = (byte) value;
    return bytes;
  }

  @Test
  void nothingBeforeHello() throws LinuxException {
    for (KernelOperation operation : KernelOperation.values()) {
      if (operation != KernelOperation.HELLO) {
        Peer hostile = kernel.silentPeer();
        hostile.tell(operation, new WireWriter());
        assertOnlyItEnded(hostile);
      }
    }
  }

  @Test
  void descriptorsOfOrdinaryTasksEndThem() throws LinuxException {
    try (Pipe pipe = Pipe.create()) {
      for (int count : new int[] {1, 2, 16}) {
        Peer hostile = kernel.peer();
        Descriptor[] files = new Descriptor[count];
        java.util.Arrays.fill(files, pipe.reader());
        hostile.raw(
            new KernelFrame(13, KernelFrame.REQUEST, count, 9, 0, new byte[4]).toBytes(), files);
        assertOnlyItEnded(hostile);
      }
    }
  }

  @Test
  void longTimeOutsLeaveNoTimers() throws LinuxException {
    Peer task = kernel.peer();
    int timers = kernel.timers();
    int port = task.port();
    for (int i = 0; i < 500; i++) {
      task.tell(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(port).i64(FAR));
      assertThat(task.send(0, new PortDescriptor(port, Disposition.MAKE_SEND_ONCE), 7)).isNotNull();
      task.reply();
    }
    assertThat(kernel.timers()).isEqualTo(timers);
    for (int i = 0; i < 50; i++) {
      task.tell(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(port).i64(FAR));
    }
    task.type(port);
    assertThat(kernel.timers()).isEqualTo(timers + 50);
    task.close();
    holder.type(holder.bootstrap());
    awaitTasks(2);
    assertThat(kernel.timers()).isEqualTo(timers);
  }

  private void awaitTasks(int count) throws LinuxException {
    for (int i = 0; kernel.tasks() != count && i < 100_000; i++) {
      steady.type(steady.bootstrap());
    }
    assertThat(kernel.tasks()).isEqualTo(count);
  }

  @Test
  void tooManyReceivesAreRefused() throws LinuxException {
    Peer task = kernel.peer();
    int port = task.port();
    for (int i = 0; i < MessageOperations.MAX_RECEIVES; i++) {
      task.tell(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(port).i64(-1));
    }
    KernelFrame refused = task.tryReceive(port, -1);
    assertThat(ErrorCode.of(refused.result())).contains(ErrorCode.LIMIT_CALLS);
    task.close();
    awaitTasks(2);
  }

  private static WireWriter exchange(int from, long timeout, int to) {
    PortDescriptor right = new PortDescriptor(to, Disposition.MAKE_SEND);
    OutgoingMessage message =
        new OutgoingMessage(-1, right, Optional.empty(), 7, List.of(), new byte[0]);
    return new WireWriter().i32(from).i64(timeout).fixed(message.toBytes());
  }

  @Test
  void anExchangeThatMayNotWaitSendsNothing() throws LinuxException {
    Peer task = kernel.peer();
    int awaited = task.port();
    int other = task.port();
    for (int i = 0; i < MessageOperations.MAX_RECEIVES; i++) {
      task.tell(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(awaited).i64(-1));
    }
    KernelFrame refused = task.ask(KernelOperation.MESSAGE_EXCHANGE, exchange(other, -1, other));
    assertThat(ErrorCode.of(refused.result())).contains(ErrorCode.LIMIT_CALLS);
    assertThat(task.poll(other)).as("nothing was sent").isEqualTo(KernReturn.RCV_TIMED_OUT);
    KernelFrame polled = task.ask(KernelOperation.MESSAGE_EXCHANGE, exchange(other, 0, other));
    assertThat(Peer.decoded(polled).id()).as("one that does not wait").isEqualTo(7);

    PortDescriptor end = new PortDescriptor(awaited, Disposition.MAKE_SEND);
    task.tell(KernelOperation.MESSAGE_SEND, Peer.message(0, end, Optional.empty(), 8));
    assertThat(task.reply().result()).isZero();
    assertThat(task.reply().result()).isZero();
    KernelFrame sent = task.ask(KernelOperation.MESSAGE_EXCHANGE, exchange(other, -1, other));
    assertThat(Peer.decoded(sent).id()).isEqualTo(7);
    task.close();
    awaitTasks(2);
  }

  @Test
  void anExchangeThatStillSendsHasItsPlaceAmongTheReceives() throws LinuxException {
    Peer task = kernel.peer();
    int full = task.port();
    int awaited = task.port();
    assertThat(task.queueLimit(full, 1)).isEqualTo(KernReturn.SUCCESS);
    assertThat(task.send(0, new PortDescriptor(full, Disposition.MAKE_SEND), 6))
        .isEqualTo(KernReturn.SUCCESS);
    for (int i = 0; i < MessageOperations.MAX_RECEIVES; i++) {
      task.tell(KernelOperation.MESSAGE_EXCHANGE, exchange(awaited, -1, full));
    }
    KernelFrame refused = task.tryReceive(awaited, -1);
    assertThat(ErrorCode.of(refused.result())).contains(ErrorCode.LIMIT_CALLS);
    for (int i = 0; i <= MessageOperations.MAX_RECEIVES; i++) {
      assertThat(Peer.decoded(task.tryReceive(full, 0)).id()).isEqualTo(i == 0 ? 6 : 7);
    }
    assertThat(ErrorCode.of(task.tryReceive(awaited, -1).result())).contains(ErrorCode.LIMIT_CALLS);
    PortDescriptor end = new PortDescriptor(awaited, Disposition.MAKE_SEND);
    for (int i = 0; i < MessageOperations.MAX_RECEIVES; i++) {
      task.tell(KernelOperation.MESSAGE_SEND, Peer.message(0, end, Optional.empty(), 8));
      assertThat(task.reply().result()).isZero();
      assertThat(task.reply().result()).isZero();
    }
    assertThat(KernReturn.of(task.tryReceive(awaited, 1).result()))
        .contains(KernReturn.RCV_TIMED_OUT);
    task.close();
    awaitTasks(2);
  }

  @Test
  void whoDoesNotReadIsEndedAndNobodyElse() throws LinuxException {
    Peer deaf = kernel.peer();
    WireWriter question = new WireWriter().i32(deaf.bootstrap());
    byte[] bytes = deaf.frame(KernelOperation.PORT_TYPE, question.toBytes());
    int result = 1;
    for (int i = 0; i < 2_000_000 && !org.portunus.linux.call.Errno.EPIPE.is(result); i++) {
      result = deaf.rawUnlessFull(bytes);
    }
    assertThat(org.portunus.linux.call.Errno.EPIPE.is(result)).isTrue();
    deaf.close();
    kernel.awaitLog(ErrorCode.LIMIT_BACKLOG.dotted());
    awaitTasks(2);
    assertThat(kernel.counts()).isEqualTo(before);
  }

  @Test
  void kernelMessagesCannotBeForged() throws LinuxException {
    Peer hostile = kernel.peer();
    PortDescriptor to = new PortDescriptor(hostile.bootstrap(), Disposition.COPY_SEND);
    for (int id : new int[] {64, 65, 69, 70, 71, 72, 79, 3050, 3060, 3099}) {
      assertThat(hostile.send(0, to, id)).isEqualTo(KernReturn.SEND_INVALID_HEADER);
    }
    assertThat(holder.poll(holder.bootstrapReceive())).isEqualTo(KernReturn.RCV_TIMED_OUT);
    hostile.close();
    awaitTasks(2);
  }

  @Test
  void whoAsksAndDoesNotReadPaysForTheAnswers() throws LinuxException {
    Peer greedy = kernel.peer();
    int mailbox = greedy.port();
    holder.queueLimit(holder.bootstrapReceive(), 1024);
    int asked = 0;
    int answered = 0;
    KernReturn result = KernReturn.SUCCESS;
    while (result == KernReturn.SUCCESS && asked < 2 * Quota.STANDARD.messages()) {
      asked++;
      result =
          greedy.result(
              KernelOperation.MESSAGE_SEND,
              Peer.message(
                  0,
                  new PortDescriptor(greedy.bootstrap(), Disposition.COPY_SEND),
                  Optional.of(new PortDescriptor(mailbox, Disposition.MAKE_SEND_ONCE)),
                  1));
      if (result == KernReturn.SUCCESS) {
        IncomingMessage question = holder.receive(holder.bootstrapReceive());
        if (holder.send(0, question.reply().orElseThrow(), 2) == KernReturn.SUCCESS) {
          answered++;
        } else {
          holder.deallocate(question.reply().orElseThrow().name());
        }
      }
    }
    assertThat(answered).isPositive();
    assertThat(asked).isGreaterThan(answered);
    int other = steady.port();
    assertThat(steady.send(0, new PortDescriptor(steady.bootstrap(), Disposition.COPY_SEND), 3))
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(holder.send(0, new PortDescriptor(holder.bootstrap(), Disposition.COPY_SEND), 4))
        .as("whoever answers can still send")
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(holder.receive(holder.bootstrapReceive()).id()).isEqualTo(3);
    assertThat(holder.receive(holder.bootstrapReceive()).id()).isEqualTo(4);
    steady.destroy(other);
    greedy.close();
    awaitTasks(2);
    assertThat(kernel.counts()).isEqualTo(before);
  }

  @Test
  void manyGreedyTasksLeaveRoomForTheNext() throws LinuxException {
    List<Peer> greedy = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Peer task = kernel.peer();
      greedy.add(task);
      KernReturn result = KernReturn.SUCCESS;
      int port = task.port();
      while (result == KernReturn.SUCCESS) {
        KernelFrame reply =
            task.ask(
                KernelOperation.PORT_ALLOCATE, new WireWriter().u8(RightKind.RECEIVE.number()));
        result = KernReturn.of(reply.result()).orElseThrow();
      }
      assertThat(result).isEqualTo(KernReturn.NO_SPACE);
      byte[] data = new byte[OutgoingMessage.MAX_DATA];
      task.queueLimit(port, 1024);
      while (result != KernReturn.RESOURCE_SHORTAGE && result != KernReturn.SEND_TIMED_OUT) {
        PortDescriptor to = new PortDescriptor(port, Disposition.MAKE_SEND);
        OutgoingMessage message = new OutgoingMessage(0, to, Optional.empty(), 1, List.of(), data);
        result = task.result(KernelOperation.MESSAGE_SEND, Peer.message(message));
        assertThat(result)
            .isIn(KernReturn.SUCCESS, KernReturn.RESOURCE_SHORTAGE, KernReturn.SEND_TIMED_OUT);
      }
    }
    Counts full = kernel.counts();
    assertThat(full.names()).isLessThan(32_768);
    Peer modest = kernel.peer();
    for (int i = 0; i < 20; i++) {
      int port = modest.port();
      modest.insert(port, port, Disposition.MAKE_SEND);
      assertThat(modest.send(0, new PortDescriptor(port, Disposition.COPY_SEND), 1))
          .isEqualTo(KernReturn.SUCCESS);
    }
    greedy.forEach(Peer::close);
    modest.close();
    awaitTasks(2);
    assertThat(kernel.counts()).isEqualTo(before);
  }

  @Test
  void connectionsThatNobodyTakesAreFewAndGoWithTheirClient() throws LinuxException {
    Peer client = kernel.peer();
    int port = client.port();
    client.insert(port, port, Disposition.MAKE_SEND);
    client.queueLimit(port, 1024);
    int held = 0;
    KernelFrame reply = client.ask(KernelOperation.CONNECT, new WireWriter().i32(port));
    while (reply.result() == 0) {
      held++;
      reply = client.ask(KernelOperation.CONNECT, new WireWriter().i32(port));
    }
    assertThat(held).isEqualTo(Connections.MAX_UNDELIVERED);
    assertThat(ErrorCode.of(reply.result())).contains(ErrorCode.LIMIT_CONNECTIONS);
    IncomingMessage first = client.receive(port);
    assertThat(first.id()).isEqualTo(HostMessage.CONNECTION_REQUEST);
    assertThat(client.ask(KernelOperation.CONNECT, new WireWriter().i32(port)).result()).isZero();
    client.close();
    awaitTasks(2);
    assertThat(kernel.connections()).isZero();
    assertThat(kernel.counts()).isEqualTo(before);
  }

  @Test
  void aRequestOutlivesItsClientWithoutADescriptor() throws LinuxException {
    Peer client = kernel.peer();
    assertThat(
            client.ask(KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap())).result())
        .isZero();
    client.close();
    awaitTasks(2);
    KernelFrame reply = holder.tryReceive(holder.bootstrapReceive(), 0);
    assertThat(Peer.decoded(reply).id()).isEqualTo(HostMessage.CONNECTION_REQUEST);
    assertThat(reply.descriptors()).isZero();
  }

  @Test
  void connectAndCloseInALoopHoldsNothingAndIsRefusedWithAnEvent() throws Exception {
    Peer client = kernel.peer();
    int port = client.port();
    client.insert(port, port, Disposition.MAKE_SEND);
    client.queueLimit(port, 1024);
    KernelFrame reply = client.ask(KernelOperation.CONNECT, new WireWriter().i32(port));
    for (int i = 1; reply.result() == 0; i++) {
      client.takeDescriptor().close();
      client.ask(KernelOperation.CONNECTION_CLOSED, new WireWriter().i64(i));
      assertThat(kernel.connections()).isZero();
      reply = client.ask(KernelOperation.CONNECT, new WireWriter().i32(port));
    }
    assertThat(ErrorCode.of(reply.result())).contains(ErrorCode.LIMIT_QUEUE);
    String told = new WireReader(reply.body()).string("detail", 4096);
    String id = told.substring(told.lastIndexOf('(') + 1, told.length() - 1);
    assertThat(kernel.logUntil("request.refused id=" + id + " request=CONNECT")).contains(id);
    client.close();
    awaitTasks(2);
    assertThat(kernel.counts()).isEqualTo(before);
  }

  @Test
  void whoFillsAServiceWithCancelsDoesNotCrowdOutAnothersDeadline() throws LinuxException {
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Peer client = kernel.peer();
      clients.add(client);
      WireWriter port = new WireWriter().i32(client.bootstrap());
      assertThat(client.ask(KernelOperation.CONNECT, port).result()).isZero();
      byte[] connection = holder.receive(holder.bootstrapReceive()).data();
      boolean honest = i == 3;
      for (int call = 0; call < (honest ? 2 : Connections.MAX_OVERDUE); call++) {
        WireWriter body = new WireWriter().fixed(connection).i64(call);
        client.ask(KernelOperation.CALL_OVERDUE, body);
        if (!honest || call == 0) {
          assertThat(holder.event().body()).isEqualTo(body.toBytes());
        }
      }
    }
    assertThat(kernel.timers()).isEqualTo(Connections.MAX_CANCELS + 1);
    for (Peer client : clients) {
      client.close();
      holder.takeDescriptor().close();
    }
  }

  @Test
  void onlyItsOwnClientMovesAConnection() throws LinuxException {
    Peer client = kernel.peer();
    Peer thief = kernel.peer();
    assertThat(
            client.ask(KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap())).result())
        .isZero();
    IncomingMessage request = holder.receive(holder.bootstrapReceive());
    assertThat(request.id()).isEqualTo(HostMessage.CONNECTION_REQUEST);
    WireWriter number = new WireWriter().fixed(request.data());
    thief.ask(KernelOperation.CONNECTION_CLOSED, number);
    WireWriter call = new WireWriter().fixed(request.data()).i64(1);
    thief.ask(KernelOperation.CALL_OVERDUE, call);
    thief.ask(KernelOperation.CALL_FINISHED, call);
    assertThat(kernel.connections()).isEqualTo(1);
    client.ask(KernelOperation.CALL_OVERDUE, call);
    KernelFrame cancel = holder.event();
    assertThat(cancel.operation()).isEqualTo(KernelOperation.CALL_CANCEL.number());
    assertThat(cancel.body()).isEqualTo(call.toBytes());
    int timers = kernel.timers();
    holder.ask(KernelOperation.CALL_FINISHED, call);
    assertThat(kernel.timers()).isEqualTo(timers - 1);
    client.ask(KernelOperation.CONNECTION_CLOSED, number);
    assertThat(kernel.connections()).isZero();
    thief.close();
    client.close();
    holder.takeDescriptor().close();
    awaitTasks(2);
  }

  @Test
  void dyingInTheMiddleLeavesNothing() throws LinuxException {
    for (int step = 0; step < 6; step++) {
      Peer task = kernel.silentPeer();
      if (step > 0) {
        task.hello();
        int port = task.port();
        task.insert(port, port, Disposition.MAKE_SEND);
        if (step > 1) {
          task.tell(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(port).i64(-1));
        }
        if (step > 2) {
          PortDescriptor to = new PortDescriptor(task.bootstrap(), Disposition.COPY_SEND);
          PortDescriptor moved = new PortDescriptor(port, Disposition.MOVE_RECEIVE);
          task.tell(KernelOperation.MESSAGE_SEND, Peer.message(-1, to, Optional.empty(), 5, moved));
        }
        if (step > 3) {
          task.tell(KernelOperation.CONNECT, new WireWriter().i32(task.bootstrap()));
        }
      }
      task.close();
      awaitTasks(2);
      KernReturn result = KernReturn.SUCCESS;
      while (result == KernReturn.SUCCESS) {
        KernelFrame reply = holder.tryReceive(holder.bootstrapReceive(), 0);
        result = KernReturn.of(reply.result()).orElseThrow();
        if (result == KernReturn.SUCCESS) {
          for (PortDescriptor right : Peer.decoded(reply).ports()) {
            holder.destroy(right.name());
          }
        }
      }
      assertThat(kernel.counts()).as("step %d", step).isEqualTo(before);
    }
  }
}
