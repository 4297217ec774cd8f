// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The unix domain socket of a pair. */
record NioSocket(ServerSocketChannel server) implements AutoCloseable {
  private static final String NAME = "socket";

  static NioSocket listen(Path folder) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(folder.resolve(NAME)), 1024);
    return new NioSocket(server);
  }

  static SocketChannel connect(Path folder) throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(NAME)));
  }

  SocketChannel accept() throws IOException {
    return server.accept();
  }

  /** Fills the buffer; false at the end. */
  static boolean read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  static void write(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
