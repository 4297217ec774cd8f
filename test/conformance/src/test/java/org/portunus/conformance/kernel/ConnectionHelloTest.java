// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;

/** What the two ends of a connection in a running instance say first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionHelloTest {
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final String NAME = LaunchControlXpc.TYPE.name();

  private RunningInstance instance;

  @BeforeAll
  void start(@TempDir Path empty) throws IOException {
    instance = RunningInstance.start(empty);
  }

  @AfterAll
  void end() throws IOException {
    instance.close();
  }

  @AfterEach
  void everybodyElseIsUnaffected(TestInfo test) {
    instance.assertBackAtRest(test.getDisplayName());
  }

  /** The answer to a first frame, and its body. */
  private record Answer(ConnectionFrame frame, WireReader body) {
    ErrorCode error() throws MalformedFrameException {
      assertThat(frame.kind()).isEqualTo(ConnectionFrame.Kind.GOODBYE);
      return ErrorCode.of(body.i32("error")).orElseThrow();
    }
  }

  private static byte[] hello(Hello hello, String name, byte[] digest) {
    WireWriter body = new WireWriter();
    hello.write(body);
    return body.string(name).fixed(digest).toBytes();
  }

  private static Hello version(int lowest, int highest, long features) {
    return new Hello(lowest, highest, features, 1 << 20, 16, 64, 64);
  }

  private static byte[] frame(ConnectionFrame.Kind kind, byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(kind, 0, 0, 0, 0, 0, body.length, 0).write(out);
    return out.put(body).array();
  }

  /** Connects to launchd's control service and says this first; empty when it just closes. */
  private Optional<Answer> say(byte[] bytes) throws LinuxException, MalformedFrameException {
    try (KernelSocket kernel = KernelSocket.connectWithoutLinks(instance.socket());
        SeqpacketChannel connection =
            SeqpacketChannel.of(
                kernel.connect(new Bootstrap(kernel).lookUp(NAME)).socket(), LONGEST);
        ReceivedMessage in = new ReceivedMessage(LONGEST)) {
      assertThat(connection.send(bytes, 0, bytes.length, WaitMode.WAIT)).isEqualTo(bytes.length);
      assertThat(Readiness.await(connection.descriptor(), Readiness.READABLE, PATIENCE_MILLIS))
          .isNotZero();
      int length = connection.receive(in, WaitMode.WAIT);
      if (length <= 0) {
        return Optional.empty();
      }
      ByteBuffer copy =
          ByteBuffer.wrap(in.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
      ConnectionFrame head = ConnectionFrame.read(copy, in.descriptorCount());
      return Optional.of(new Answer(head, new WireReader(copy)));
    }
  }

  private Answer answerTo(Hello hello, String name, byte[] digest) throws Exception {
    return say(frame(ConnectionFrame.Kind.HELLO, hello(hello, name, digest))).orElseThrow();
  }

  @Test
  void unknownFeatureBitsAreIgnored() throws Exception {
    Answer answer = answerTo(version(1, 700, -1L), NAME, LaunchControlXpc.TYPE.digest());
    assertThat(answer.frame().kind()).isEqualTo(ConnectionFrame.Kind.HELLO);
    Hello service = Hello.read(answer.body());
    assertThat(service.highest()).isEqualTo(1);
    assertThat(answer.body().string("name", 256)).isEqualTo(NAME);
    assertThat(answer.body().fixed("digest", 32)).isEqualTo(LaunchControlXpc.TYPE.digest());
  }

  @Test
  void noCommonVersionIsATypedGoodbye() throws Exception {
    Answer answer = answerTo(version(7, 9, 0), NAME, LaunchControlXpc.TYPE.digest());
    assertThat(answer.error()).isEqualTo(ErrorCode.VERSION);
    assertThat(answer.body().string("detail", 4096)).contains("7", "9");
  }

  @Test
  void anotherDigestIsATypedGoodbye() throws Exception {
    Answer answer = answerTo(version(1, 1, 0), NAME, new byte[32]);
    assertThat(answer.error()).isEqualTo(ErrorCode.INTERFACE_MISMATCH);
    Answer other = answerTo(version(1, 1, 0), "org.example.other", new byte[32]);
    assertThat(other.error()).isEqualTo(ErrorCode.INTERFACE_MISMATCH);
  }

  @Test
  void whatIsNoHelloEndsTheConnection() throws Exception {
    byte[][] first = {
      new byte[1],
      new byte[ConnectionFrame.HEAD],
      frame(ConnectionFrame.Kind.REQUEST, new byte[4]),
      frame(ConnectionFrame.Kind.GOODBYE, new byte[0]),
      frame(ConnectionFrame.Kind.HELLO, new byte[0]),
      frame(ConnectionFrame.Kind.HELLO, new byte[300])
    };
    for (byte[] bytes : first) {
      Optional<Answer> answer = say(bytes);
      if (answer.isPresent()) {
        assertThat(answer.get().error()).isEqualTo(ErrorCode.PROTOCOL);
      }
      assertThat(instance.roundTrip().tasks()).isNotEmpty();
    }
  }

  /** The interface as another version of its source would have it. */
  private static final class OtherVersion implements ServiceType<LaunchControl> {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<LaunchControl> interfaceClass() {
      return LaunchControl.class;
    }

    @Override
    public byte[] digest() {
      byte[] digest = LaunchControlXpc.TYPE.digest();
      digest[31] ^= 1;
      return digest;
    }

    @Override
    public LaunchControl proxy(Peer peer, int object) {
      return LaunchControlXpc.TYPE.proxy(peer, object);
    }

    @Override
    public Dispatcher dispatcher(LaunchControl implementation) {
      return LaunchControlXpc.TYPE.dispatcher(implementation);
    }
  }

  @Test
  void theClientOfAnotherVersionGetsATypedError() {
    try (Instance client = Instance.connect(instance.socket());
        ServiceConnection<LaunchControl> connection = client.open(new OtherVersion())) {
      LaunchControl control = connection.proxy(Duration.ofSeconds(30));
      assertThatThrownBy(control::counts)
          .isInstanceOfSatisfying(
              PortunusException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INTERFACE_MISMATCH))
          .hasMessageContaining("digest");
    }
  }
}
