// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Both processes of the pair on a Java NIO unix domain socket. */
final class NioPair {
  private static final int BYTES = 64;

  private NioPair() {}

  static void call(JavaProcess other, Rounds rounds) throws IOException {
    Path path = Files.createTempDirectory("bench").resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Process service = other.start("nio", path.toString());
      try (SocketChannel channel = server.accept()) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
        rounds.run(
            service.pid(),
            () -> {
              write(channel, buffer.clear());
              read(channel, buffer.clear());
            });
      } finally {
        service.destroyForcibly();
      }
    } finally {
      Files.deleteIfExists(path);
    }
  }

  static void serve(String path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
      while (read(channel, buffer.clear())) {
        write(channel, buffer.flip());
      }
    }
  }

  private static boolean read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  private static void write(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
