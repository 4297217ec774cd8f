// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.SendPowers.Range;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/** Connections that are made by send rights with fewer powers. */
class DiminishedConnectionsTest {
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final SendPowers TWO_METHODS = SendPowers.ALL.onlyIds(new Range(3, 4));

  private final TestKernel kernel;
  private final LinkTask service;
  private final LinkTask client;
  private final ReceivedMessage received = new ReceivedMessage(LONGEST);

  DiminishedConnectionsTest() throws LinuxException {
    kernel = new TestKernel();
    service = new LinkTask(kernel.linkPeer());
    client = new LinkTask(kernel.linkPeer());
  }

  @AfterEach
  void end() {
    try (kernel) {
      client.close();
      service.close();
      received.close();
    }
  }

  private int diminish(SendPowers powers) throws LinuxException {
    WireWriter body =
        new WireWriter().i32(client.peer.bootstrap()).u8(Disposition.COPY_SEND.number());
    powers.write(body);
    return client.peer.number(KernelOperation.PORT_DIMINISH, body);
  }

  private KernelFrame connect(int name) throws LinuxException {
    return client.peer.ask(KernelOperation.CONNECT, new WireWriter().i32(name));
  }

  private SeqpacketChannel accepted() throws LinuxException {
    IncomingMessage request = service.peer.receive(service.peer.bootstrapReceive());
    assertThat(Peer.long64(request.data())).isPositive();
    return SeqpacketChannel.of(service.peer.takeDescriptor(), LONGEST);
  }

  private static void call(SeqpacketChannel by, int method, long call) {
    ByteBuffer frame = ByteBuffer.allocate(ConnectionFrame.HEAD);
    new ConnectionFrame(Kind.REQUEST, 0, 0, method, call, 0, 0, 0).write(frame);
    assertThat(by.send(frame.array(), 0, ConnectionFrame.HEAD, new int[0], 0, WaitMode.WAIT))
        .isPositive();
  }

  private void assertEnded(Peer task, long connection, ErrorCode code, String why)
      throws LinuxException, MalformedFrameException {
    KernelFrame event = task.event();
    while (event.operation() != KernelOperation.CONNECTION_ENDED.number()) {
      event = task.event();
    }
    WireReader body = new WireReader(event.body());
    assertThat(body.i64("connection")).isEqualTo(connection);
    assertThat(ErrorCode.of(body.i32("code"))).contains(code);
    assertThat(body.string("why", 4096)).contains(why);
  }

  @Test
  void onlyAllowedMethodsArriveAndTheKernelRelaysToSeeThem() throws Exception {
    KernelFrame reply = connect(diminish(TWO_METHODS));
    assertThat(reply.result()).isZero();
    assertThat(reply.descriptors()).as("no link").isEqualTo(1);
    long connection = Peer.long64(reply.body());
    assertThat(kernel.relayed()).isOne();
    try (SeqpacketChannel one = SeqpacketChannel.of(client.peer.takeDescriptor(), LONGEST);
        SeqpacketChannel other = accepted()) {
      call(one, 3, 1);
      assertThat(other.receive(received, WaitMode.WAIT)).isEqualTo(ConnectionFrame.HEAD);
      call(one, 5, 2);
      String why = "method 5 is not among those that the right allows";
      assertEnded(client.peer, connection, ErrorCode.RIGHT_DIMINISHED, why);
      assertEnded(service.peer, connection, ErrorCode.RIGHT_DIMINISHED, why);
      assertThat(other.receive(received, WaitMode.WAIT)).as("nothing of it").isZero();
    }
  }

  @Test
  void aRightThatOnlyCantBeCopiedConnectsDirectly() throws Exception {
    KernelFrame reply = connect(diminish(SendPowers.ALL.withoutCopies()));
    assertThat(reply.result()).isZero();
    assertThat(reply.descriptors()).as("a link").isEqualTo(2);
    assertThat(kernel.relayed()).isZero();
  }

  @Test
  void theEndOfTheRightEndsItsConnectionsAndItsLinks() throws Exception {
    int less = diminish(SendPowers.ALL.endingAfter(Duration.ofMillis(200)));
    KernelFrame reply = connect(less);
    assertThat(reply.descriptors()).as("a link").isEqualTo(2);
    long connection = Peer.long64(reply.body());
    LinkTask.End end = LinkTask.End.read(0, reply.body());
    assertEnded(client.peer, connection, ErrorCode.RIGHT_EXPIRED, "time is up");
    client.assertRevoked(end);
    client.confirm(end);
    assertThat(KernReturn.of(connect(less).result())).contains(KernReturn.SEND_EXPIRED);
    assertThat(kernel.timers()).isZero();
  }

  @Test
  void aClosedConnectionIsNotWaitedFor() throws Exception {
    int less = diminish(SendPowers.ALL.endingAfter(Duration.ofDays(1)));
    int notify = client.peer.port();
    WireWriter ask =
        new WireWriter().i32(less).u8(NotificationKind.DEAD_NAME.number()).i32(0).u8(1);
    ask.i32(notify).u8(Disposition.MAKE_SEND_ONCE.number());
    assertThat(client.peer.result(KernelOperation.PORT_REQUEST_NOTIFICATION, ask))
        .isEqualTo(KernReturn.SUCCESS);
    long connection = Peer.long64(connect(less).body());
    client.peer.ask(KernelOperation.LINK_CLOSED, new WireWriter().i64(connection));
    client.peer.ask(KernelOperation.CONNECTION_CLOSED, new WireWriter().i64(connection));
    assertThat(client.peer.deallocate(less)).isEqualTo(KernReturn.SUCCESS);
    assertThat(kernel.timers()).isZero();
  }
}
