// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.LinkList.State;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/** Relayed connections between tasks that write their frames by hand. */
class RelaysTest {
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;

  private final TestKernel kernel;
  private final LinkTask service;
  private final ReceivedMessage received = new ReceivedMessage(LONGEST);

  RelaysTest() throws LinuxException {
    kernel = new TestKernel();
    service = new LinkTask(kernel.linkPeer());
  }

  @AfterEach
  void end() {
    try (kernel) {
      service.close();
      received.close();
      awaitRelayed(0);
      assertThat(kernel.relaySockets()).isZero();
    }
  }

  private LinkTask client() throws LinuxException {
    return new LinkTask(kernel.linkPeer());
  }

  private static KernelFrame connect(LinkTask client) throws LinuxException {
    return client.peer.ask(KernelOperation.CONNECT, new WireWriter().i32(client.peer.bootstrap()));
  }

  /** One end of a connection, with its socket. */
  private record End(long connection, SeqpacketChannel socket) implements AutoCloseable {
    void send(Kind kind, long call, int length) {
      assertThat(send(frame(kind, call, length))).isPositive();
    }

    int send(byte[] frame) {
      return socket.send(frame, 0, frame.length, WaitMode.WAIT);
    }

    @Override
    public void close() {
      if (socket.descriptor().isOpen()) {
        socket.close();
      }
    }
  }

  private static byte[] frame(Kind kind, long call, int length) {
    ByteBuffer frame = ByteBuffer.allocate(ConnectionFrame.HEAD + length);
    new ConnectionFrame(kind, 0, 0, 1, call, 0, length, 0).write(frame);
    return frame.array();
  }

  private long received(End at) {
    int length = at.socket.receive(received, WaitMode.WAIT);
    assertThat(length).isGreaterThanOrEqualTo(ConnectionFrame.HEAD);
    return Long.reverseBytes(received.data().asByteBuffer().getLong(8));
  }

  private void assertEnded(End end) {
    assertThat(end.socket.receive(received, WaitMode.WAIT)).isZero();
  }

  /** Connects by a relay: a socket alone. */
  private static End connected(LinkTask client) throws LinuxException {
    KernelFrame reply = connect(client);
    assertThat(reply.result()).isZero();
    assertThat(reply.descriptors()).isEqualTo(1);
    assertThat(reply.body()).hasSize(Long.BYTES);
    return new End(
        Peer.long64(reply.body()), SeqpacketChannel.of(client.peer.takeDescriptor(), LONGEST));
  }

  private End accepted() throws LinuxException {
    IncomingMessage request = service.peer.receive(service.peer.bootstrapReceive());
    long connection = Peer.long64(request.data());
    SeqpacketChannel socket = SeqpacketChannel.of(service.peer.takeDescriptor(), LONGEST);
    KernelFrame reply =
        service.peer.ask(KernelOperation.LINK_OPEN, new WireWriter().i64(connection));
    assertThat(reply.result()).isZero();
    assertThat(reply.body()).as("it has no link").isEmpty();
    return new End(connection, socket);
  }

  private void awaitRelayed(int count) {
    long until = System.nanoTime() + 20_000_000_000L;
    while (kernel.relayed() != count) {
      assertThat(System.nanoTime()).as("%d are left", kernel.relayed()).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private LinkList.Entry only() {
    assertThat(kernel.linkList().links()).hasSize(1);
    return kernel.linkList().links().getFirst();
  }

  private static void tell(LinkTask task, KernelOperation operation, long connection)
      throws LinuxException {
    assertThat(task.peer.ask(operation, new WireWriter().i64(connection)).result()).isZero();
  }

  @Test
  void framesPassAreCountedAndShown() throws Exception {
    assertThat(kernel.carry(Route.RELAYED)).isZero();
    try (LinkTask client = client();
        End one = connected(client)) {
      assertThat(only().state()).isEqualTo(State.RELAYED);
      assertThat(only().service()).as("before the service has its end").isZero();
      one.send(Kind.REQUEST, 1, 100);
      try (End other = accepted()) {
        assertThat(received(other)).isEqualTo(1);
        other.send(Kind.REPLY, 1, 10);
        assertThat(received(one)).isEqualTo(1);
        LinkList.Entry told = only();
        assertThat(told.service()).isPositive();
        assertThat(told.capacity()).isZero();
        assertThat(told.toService()).isEqualTo(new LinkList.Traffic(1, 132));
        assertThat(told.toClient()).isEqualTo(new LinkList.Traffic(1, 42));
        assertThat(kernel.relaySockets()).isEqualTo(2);
        assertThat(kernel.links()).isZero();
      }
      assertEnded(one);
      awaitRelayed(0);
      tell(client, KernelOperation.CONNECTION_CLOSED, one.connection);
      assertThat(kernel.connections()).isZero();
      assertThat(kernel.timers()).isZero();
    }
  }

  @Test
  void aTaskWithoutLinksIsRelayedToo() throws Exception {
    kernel.carry(Route.RELAYED);
    try (Peer old = kernel.peer()) {
      KernelFrame reply = old.ask(KernelOperation.CONNECT, new WireWriter().i32(old.bootstrap()));
      assertThat(reply.descriptors()).isEqualTo(1);
      try (End one =
              new End(
                  Peer.long64(reply.body()), SeqpacketChannel.of(old.takeDescriptor(), LONGEST));
          End other = accepted()) {
        one.send(Kind.REQUEST, 3, 0);
        assertThat(received(other)).isEqualTo(3);
        assertThat(kernel.relayed()).isOne();
        assertThat(kernel.revoke(one.connection)).isTrue();
        assertEnded(one);
      }
    }
  }

  @Test
  void theClientsEndEndsItAfterWhatItSent() throws Exception {
    kernel.carry(Route.RELAYED);
    try (LinkTask client = client();
        End one = connected(client);
        End other = accepted()) {
      one.send(Kind.REQUEST, 1, 0);
      one.send(Kind.REQUEST, 2, 0);
      tell(client, KernelOperation.CONNECTION_CLOSED, one.connection);
      assertThat(one.send(frame(Kind.REQUEST, 3, 0))).as("it said that it was done").isNegative();
      assertThat(received(other)).isEqualTo(1);
      assertThat(received(other)).isEqualTo(2);
      assertEnded(other);
      awaitRelayed(0);
      assertThat(kernel.timers()).isZero();
    }
  }

  @Test
  void aTaskThatDiesEndsItsOwn() throws Exception {
    kernel.carry(Route.RELAYED);
    End one;
    End other;
    try (LinkTask client = client()) {
      one = connected(client);
      other = accepted();
    }
    try (one;
        other) {
      assertEnded(other);
      awaitRelayed(0);
      assertThat(kernel.connections()).isZero();
    }
  }

  @Test
  void aRevokedOneIsToldToBothAndEndsWithoutThem() throws Exception {
    kernel.carry(Route.RELAYED);
    try (LinkTask client = client();
        End one = connected(client);
        End other = accepted()) {
      assertThat(kernel.revoke(one.connection)).isTrue();
      assertThat(kernel.revoke(one.connection)).as("a second time").isFalse();
      for (LinkTask task : List.of(client, service)) {
        KernelFrame event = task.peer.event();
        assertThat(event.operation()).isEqualTo(KernelOperation.LINK_REVOKED.number());
        assertThat(Peer.long64(event.body())).isEqualTo(one.connection);
      }
      one.send(Kind.REQUEST, 1, 0);
      assertEnded(other);
      assertEnded(one);
      awaitRelayed(0);
      kernel.awaitLog("link.revoked");
      assertThat(client.peer.port()).as("nobody is killed for it").isPositive();
      assertThat(service.peer.port()).isPositive();
    }
  }

  @Test
  void whoBreaksTheProtocolLosesThatConnectionAlone() throws Exception {
    kernel.carry(Route.RELAYED);
    try (LinkTask client = client();
        End one = connected(client);
        End other = accepted();
        End second = connected(client);
        End beside = accepted()) {
      assertThat(one.send(new byte[] {9, 9, 9})).isPositive();
      for (LinkTask task : List.of(client, service)) {
        KernelFrame event = task.peer.event();
        assertThat(event.operation()).isEqualTo(KernelOperation.CONNECTION_ENDED.number());
        WireReader in = new WireReader(event.body());
        assertThat(in.i64("connection")).isEqualTo(one.connection);
        assertThat(in.i32("error")).isEqualTo(ErrorCode.PROTOCOL.number());
      }
      assertEnded(one);
      assertEnded(other);
      assertThat(kernel.violations()).singleElement().asString().contains("frame of 3 bytes");
      second.send(Kind.REQUEST, 4, 0);
      assertThat(received(beside)).isEqualTo(4);
    }
  }

  @Test
  void aClientHasOnlySoManyAndOthersHaveRoom() throws Exception {
    kernel.carry(Route.RELAYED);
    List<End> ends = new ArrayList<>();
    try (LinkTask greedy = client();
        LinkTask modest = client()) {
      KernelFrame reply = connect(greedy);
      while (reply.result() == 0) {
        ends.add(
            new End(
                Peer.long64(reply.body()),
                SeqpacketChannel.of(greedy.peer.takeDescriptor(), LONGEST)));
        ends.add(accepted());
        reply = connect(greedy);
      }
      int most = ends.size() / 2;
      assertThat(most).isBetween(8, Relays.MAX_PER_CLIENT);
      assertThat(ErrorCode.of(reply.result())).contains(ErrorCode.LIMIT_CONNECTIONS);
      assertThat(new WireReader(reply.body()).string("detail", 4096))
          .contains(most + " relayed connections", "outside[");
      assertThat(kernel.connections()).isEqualTo(most);
      ends.add(connected(modest));
      ends.get(0).close();
      ends.get(1).close();
      tell(greedy, KernelOperation.CONNECTION_CLOSED, ends.get(0).connection);
      awaitRelayed(most);
      ends.add(connected(greedy));
    } finally {
      ends.forEach(End::close);
    }
  }

  @Test
  void whoFloodsDoesNotKeepTheLoopFromOthers() throws Exception {
    kernel.carry(Route.RELAYED);
    try (LinkTask flood = client();
        End one = connected(flood);
        End sink = accepted();
        LinkTask client = client();
        End calm = connected(client);
        End answers = accepted()) {
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                byte[] frame = frame(Kind.REQUEST, 1, 0);
                int result = 1;
                while (result > 0) {
                  result = one.send(frame);
                }
              });
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                try (ReceivedMessage into = new ReceivedMessage(LONGEST)) {
                  int length = 1;
                  while (length > 0) {
                    length = sink.socket.receive(into, WaitMode.WAIT);
                  }
                }
              });
      for (int i = 1; i <= 200; i++) {
        calm.send(Kind.REQUEST, i, 0);
        assertThat(received(answers)).isEqualTo(i);
        assertThat(client.peer.type(client.peer.bootstrap())).isPositive();
      }
      assertThat(kernel.revoke(one.connection)).isTrue();
      writer.join();
      reader.join();
    }
  }

  @Test
  void linksMoveWhenThePortIsRelayedAndBothEndsConfirm() throws Exception {
    try (LinkTask client = client()) {
      KernelFrame reply = connect(client);
      assertThat(reply.descriptors()).isEqualTo(2);
      client.peer.takeDescriptor().close();
      client.peer.takeDescriptor().close();
      LinkTask.End one = LinkTask.End.read(0, reply.body());
      IncomingMessage request = service.peer.receive(service.peer.bootstrapReceive());
      service.peer.takeDescriptor().close();
      long connection = Peer.long64(request.data());
      KernelFrame opened =
          service.peer.ask(KernelOperation.LINK_OPEN, new WireWriter().i64(connection));
      service.peer.takeDescriptor().close();
      LinkTask.End other = LinkTask.End.read(connection, opened.body());

      assertThat(kernel.carry(Route.RELAYED)).isOne();
      client.assertRevoked(one);
      service.assertRevoked(other);
      assertThat(client.epoch(one.place())).as("it says why").isEqualTo(SeverLayout.MOVED);
      assertThat(service.epoch(other.place())).isEqualTo(SeverLayout.MOVED);
      kernel.awaitLog("link.moved");
      client.confirm(one);
      service.confirm(other);
      assertThat(kernel.links()).isZero();
      try (End relayed = connected(client)) {
        assertThat(only().connection()).isEqualTo(relayed.connection);
        assertThat(kernel.carry(Route.DIRECT)).isZero();
        relayed.send(Kind.REQUEST, 5, 0);
        try (End taken = accepted()) {
          assertThat(received(taken)).as("it lives on").isEqualTo(5);
        }
        KernelFrame direct = connect(client);
        assertThat(direct.descriptors()).as("new ones are direct").isEqualTo(2);
        client.peer.takeDescriptor().close();
        client.peer.takeDescriptor().close();
      }
    }
  }

  @Test
  void anEndThatDoesNotGiveUpAMovedLinkIsEnded() throws Exception {
    try (LinkTask client = client()) {
      KernelFrame reply = connect(client);
      assertThat(reply.result()).isZero();
      assertThat(kernel.carry(Route.RELAYED)).isOne();
      client.peer.awaitEnd();
      kernel.awaitLog("link.unconfirmed");
      assertThat(service.peer.port()).as("the service lives").isPositive();
    }
  }

  @Test
  void manyLinksMoveInPartsAndNoneIsForgotten() throws Exception {
    List<LinkTask> clients = new ArrayList<>();
    try {
      int links = 0;
      for (int i = 0; i < 3; i++) {
        LinkTask client = client();
        clients.add(client);
        for (int j = 0; j < 30; j++, links++) {
          assertThat(connect(client).result()).isZero();
          client.peer.takeDescriptor().close();
          client.peer.takeDescriptor().close();
          service.peer.receive(service.peer.bootstrapReceive());
          service.peer.takeDescriptor().close();
        }
      }
      assertThat(kernel.carry(Route.RELAYED)).isEqualTo(links);
      for (LinkTask client : clients) {
        for (int j = 0; j < 30; j++) {
          KernelFrame event = client.peer.event();
          assertThat(event.operation()).isEqualTo(KernelOperation.LINK_REVOKED.number());
          tell(client, KernelOperation.LINK_CLOSED, Peer.long64(event.body()));
        }
      }
      assertThat(kernel.links()).isZero();
    } finally {
      clients.forEach(LinkTask::close);
    }
  }
}
