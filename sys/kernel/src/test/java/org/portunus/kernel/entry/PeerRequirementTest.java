// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/** Requirements that nobody here meets: tasks of this kernel are of no bundle. */
class PeerRequirementTest {
  private final TestKernel kernel;
  private final Peer holder;

  PeerRequirementTest() throws LinuxException {
    kernel = new TestKernel();
    holder = kernel.peer();
  }

  @AfterEach
  void end() {
    try (kernel;
        holder) {
      assertThat(kernel.tasks()).isPositive();
    }
  }

  @Test
  void aServiceThatIsNotWhatTheClientRequiresNeverGetsTheConnection() throws Exception {
    Peer client = kernel.peer();
    String wanted = "unanchored identifier org.example.bank";
    KernelFrame made =
        client.ask(
            KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap()).string(wanted));
    assertThat(made.result()).isZero();
    KernelFrame request = holder.tryReceive(holder.bootstrapReceive(), 0);
    assertThat(request.descriptors()).isZero();
    try (PacketEnd end = new PacketEnd(client.takeDescriptor())) {
      assertThat(end.goodbye())
          .contains(
              ErrorCode.PEER_REQUIREMENT.dotted(),
              "the client's requirement on the service",
              "found a program of no bundle",
              "wanted " + wanted);
    }
    WireWriter call = new WireWriter().fixed(Peer.decoded(request).data()).i64(1);
    int timers = kernel.timers();
    client.ask(KernelOperation.CALL_OVERDUE, call);
    assertThat(kernel.timers()).as("nobody's call can be overdue").isEqualTo(timers);
  }

  @Test
  void aClientThatIsNotWhatTheServiceRequiresIsRefused() throws Exception {
    Peer client = kernel.peer();
    WireWriter connect = new WireWriter().i32(client.bootstrap());
    assertThat(client.ask(KernelOperation.CONNECT, connect).result()).isZero();
    String wanted = "unanchored identifier org.example.viewer";
    WireWriter require = new WireWriter().i32(holder.bootstrapReceive());
    assertThat(holder.ask(KernelOperation.PORT_REQUIRE, require.string(wanted)).result()).isZero();

    KernelFrame early = holder.tryReceive(holder.bootstrapReceive(), 0);
    assertThat(early.descriptors()).as("made before the requirement").isZero();
    try (PacketEnd end = new PacketEnd(client.takeDescriptor())) {
      assertThat(end.goodbye()).contains(ErrorCode.PEER_REQUIREMENT.dotted(), wanted);
    }
    KernelFrame refused = client.ask(KernelOperation.CONNECT, connect);
    assertThat(ErrorCode.of(refused.result())).contains(ErrorCode.PEER_REQUIREMENT);
    assertThat(new WireReader(refused.body()).string("detail", 4096))
        .contains("the service's requirement on its clients", "wanted " + wanted);

    WireWriter none = new WireWriter().i32(holder.bootstrapReceive());
    assertThat(holder.ask(KernelOperation.PORT_REQUIRE, none).result()).isZero();
    assertThat(client.ask(KernelOperation.CONNECT, connect).result()).isZero();
  }

  @Test
  void onlyTheReceiverStatesARequirement() throws LinuxException {
    Peer client = kernel.peer();
    WireWriter body = new WireWriter().i32(client.bootstrap()).string("unanchored identifier mine");
    assertThat(client.ask(KernelOperation.PORT_REQUIRE, body).result())
        .isEqualTo(KernReturn.INVALID_RIGHT.number());
  }

  @Test
  void aTextThatIsNoRequirementEndsItsSender() throws Exception {
    try (Peer client = kernel.peer()) {
      client.tell(
          KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap()).string("anybody"));
      client.awaitEnd();
    }
  }

  /** The client's end of a connection. */
  private static final class PacketEnd implements AutoCloseable {
    private final SeqpacketChannel channel;

    PacketEnd(Descriptor end) throws LinuxException {
      channel = SeqpacketChannel.of(end, ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY);
    }

    /** The error in the goodbye that waits, then nothing but the end. */
    String goodbye() throws MalformedFrameException {
      try (ReceivedMessage message =
          new ReceivedMessage(ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY)) {
        int length = channel.receive(message, WaitMode.WAIT);
        assertThat(length).isPositive();
        ByteBuffer bytes =
            ByteBuffer.wrap(message.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        assertThat(ConnectionFrame.read(bytes, 0).kind()).isEqualTo(ConnectionFrame.Kind.GOODBYE);
        WireReader body = new WireReader(bytes);
        ErrorCode code = ErrorCode.of(body.i32("error")).orElseThrow();
        String detail = body.string("detail", 4096);
        assertThat(channel.receive(message, WaitMode.WAIT)).isZero();
        return code.dotted() + ": " + detail;
      }
    }

    @Override
    public void close() {
      channel.close();
    }
  }
}
