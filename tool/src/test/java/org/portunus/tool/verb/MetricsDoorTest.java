// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MetricsDoorTest {
  @TempDir Path folder;

  private static String ask(Path socket, String request) throws IOException {
    try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      int unusedWritten = peer.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer reply = ByteBuffer.allocate(64 * 1024);
      while (peer.read(reply) >= 0 && reply.hasRemaining()) {
        assertThat(reply.position()).isPositive();
      }
      return new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
    }
  }

  private static Thread serve(MetricsDoor door, List<String> complaints) {
    Thread server =
        new Thread(() -> {
          try {
            door.serve();
          } catch (IOException | InterruptedException ended) {
            complaints.add("ended: " + ended);
          }
        });
    server.start();
    return server;
  }

  @Test
  void aRequestIsAnsweredWithTheTextAndAnotherIsRefused() throws Exception {
    Path socket = folder.resolve("metrics");
    List<String> complaints = new CopyOnWriteArrayList<>();
    Thread server;
    try (MetricsDoor door = MetricsDoor.open(socket, () -> "a 1\n", complaints::add)) {
      server = serve(door, complaints);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      String reply = ask(socket, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(reply)
          .startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4")
          .contains("Content-Length: 4\r\n")
          .endsWith("\r\n\r\na 1\n");
      assertThat(ask(socket, "POST / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
      assertThat(ask(socket, "x".repeat(8 * 1024))).startsWith("HTTP/1.1 405 ");
    }
    server.join();
    assertThat(complaints).isEmpty();
    assertThat(socket).doesNotExist();
  }

  @Test
  void whatGoesWrongIsToldAndDoesNotEndTheDoor() throws Exception {
    Path socket = folder.resolve("metrics");
    List<String> complaints = new CopyOnWriteArrayList<>();
    int[] asked = {0};
    try (MetricsDoor door =
        MetricsDoor.open(
            socket,
            () -> {
              if (asked[0]++ == 0) {
                throw new IllegalStateException("the instance is gone");
              }
              return "a 2\n";
            },
            complaints::add)) {
      Thread unusedServer = serve(door, complaints);
      assertThat(ask(socket, "GET / HTTP/1.1\r\n\r\n")).isEmpty();
      assertThat(ask(socket, "GET / HTTP/1.1\r\n\r\n")).endsWith("a 2\n");
      assertThat(complaints).singleElement().asString().contains("the instance is gone");
    }
  }

  @Test
  void aSocketThatAnotherListensAtAndAFileAreLeftAlone() throws Exception {
    Path socket = folder.resolve("metrics");
    Path file = Files.writeString(folder.resolve("file"), "mine");
    List<String> complaints = new CopyOnWriteArrayList<>();
    try (MetricsDoor door = MetricsDoor.open(socket, () -> "", complaints::add)) {
      Thread unusedServer = serve(door, complaints);
      assertThatThrownBy(() -> MetricsDoor.open(socket, () -> "", complaints::add))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> MetricsDoor.open(file, () -> "", complaints::add))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(file).hasContent("mine");
      assertThat(ask(socket, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
  }
}
