// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;

/** A client that describes its interface as it likes; the service ends that connection, at most. */
@Timeout(120)
final class HostileDescriptionTest {
  private static final int MAX = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final long BOTH = Hello.TERMINATION_NOTICE | Hello.DESCRIPTIONS;
  private static final String ECHO =
      "portunus-description-1\ninterface " + Workshop.TYPE.name() + " Workshop\n 1 echo(bytes:";
  private static final String FITS = ECHO + "bytes) -> bytes\n";

  /** The service's type, which describes itself. */
  private record Speaking(ServiceType<Workshop> type) implements ServiceType<Workshop> {
    @Override
    public String name() {
      return type.name();
    }

    @Override
    public Class<Workshop> interfaceClass() {
      return type.interfaceClass();
    }

    @Override
    public byte[] digest() {
      return type.digest();
    }

    @Override
    public String description() {
      return FITS;
    }

    @Override
    public Workshop proxy(Peer peer, int object) {
      return type.proxy(peer, object);
    }

    @Override
    public Dispatcher dispatcher(Workshop implementation) {
      return type.dispatcher(implementation);
    }
  }

  private static byte[] frame(Kind kind, int method, long call, byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(kind, 0, 0, method, call, 0, body.length, 0).write(out);
    return out.put(body).array();
  }

  private static byte[] hello(long features, byte[] digest) {
    WireWriter out = new WireWriter();
    new Hello(1, 1, features, 4 << 20, 16, 256, 1024).write(out);
    return frame(Kind.HELLO, 0, 0, out.string(Workshop.TYPE.name()).fixed(digest).toBytes());
  }

  private static byte[] description(String text) {
    return frame(Kind.DESCRIPTION, 0, 0, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] echo() {
    return frame(Kind.REQUEST, 1, 1, new WireWriter().bytes(new byte[] {5}).toBytes());
  }

  /** What the service sends, in order; of a goodbye the error's name. */
  private static List<String> answers(int frames, byte[]... sent) throws LinuxException {
    List<String> answers = new ArrayList<>();
    UnixSocket.Pair pair = UnixSocket.pair();
    try (Workbench bench = new Workbench()) {
      bench.serviceType = new Speaking(Workshop.TYPE);
      bench.serve(pair.second());
      PacketSocket socket = PacketSocket.of(pair.first(), MAX);
      try {
        for (byte[] frame : sent) {
          socket.send(frame, frame.length, new int[0], 0);
        }
        byte[] buffer = new byte[MAX];
        while (answers.size() < frames) {
          List<Descriptor> descriptors = new ArrayList<>();
          int length = socket.receive(buffer, descriptors);
          if (length < 0) {
            break;
          }
          answers.add(name(buffer));
        }
      } finally {
        socket.close();
      }
    }
    return answers;
  }

  private static String name(byte[] frame) {
    Kind kind =
        Arrays.stream(Kind.values()).filter(k -> k.number() == frame[0]).findFirst().orElseThrow();
    if (kind != Kind.GOODBYE) {
      return kind.name();
    }
    int number = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(ConnectionFrame.HEAD);
    return ErrorCode.of(number).orElseThrow().dotted();
  }

  @Test
  void oneThatFitsIsServed() throws Exception {
    assertThat(answers(3, hello(BOTH, new byte[32]), description(FITS), echo()))
        .containsExactly("HELLO", "DESCRIPTION", "REPLY");
  }

  @Test
  void oneThatDoesNotFitIsRefused() throws Exception {
    assertThat(answers(9, hello(BOTH, new byte[32]), description(ECHO + "int) -> bytes\n")))
        .containsExactly("HELLO", "DESCRIPTION", "protocol.interface");
  }

  @Test
  void anEndFromBeforeDescriptionsIsRefusedAtOnce() throws Exception {
    assertThat(answers(9, hello(Hello.TERMINATION_NOTICE, new byte[32])))
        .containsExactly("protocol.interface");
  }

  @Test
  void violationsEndTheConnection() throws Exception {
    byte[] other = hello(BOTH, new byte[32]);
    byte[] same = hello(BOTH, Workshop.TYPE.digest());
    assertThat(answers(9, other, description("nonsense")))
        .containsExactly("HELLO", "DESCRIPTION", "protocol.violation");
    assertThat(answers(9, other, echo()))
        .containsExactly("HELLO", "DESCRIPTION", "protocol.violation");
    assertThat(answers(9, other, other))
        .containsExactly("HELLO", "DESCRIPTION", "protocol.violation");
    assertThat(answers(9, other, description(FITS), description(FITS)))
        .containsExactly("HELLO", "DESCRIPTION", "protocol.violation");
    assertThat(answers(9, same, description(FITS))).containsExactly("HELLO", "protocol.violation");
    assertThat(answers(9, description(FITS))).containsExactly("protocol.violation");
    assertThat(answers(9, other, frame(Kind.DESCRIPTION, 0, 0, new byte[66 * 1024])))
        .containsExactly("HELLO", "DESCRIPTION", "protocol.violation");
  }

  @Test
  void mutatedOnesOpenOrEnd() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      byte[] text = FITS.getBytes(StandardCharsets.UTF_8);
      text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      List<String> answers =
          answers(3, hello(BOTH, new byte[32]), frame(Kind.DESCRIPTION, 0, 0, text), echo());
      assertThat(answers).startsWith("HELLO", "DESCRIPTION").hasSize(3);
      assertThat(answers.getLast()).isIn("REPLY", "protocol.violation", "protocol.interface");
    }
  }
}
