// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;

/**
 * 64 bytes there and back.
 *
 * @param silenceNanos before each
 */
record NioEcho(long silenceNanos) implements Ends {
  private static final int BYTES = 64;

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws IOException {
    try (NioSocket socket = NioSocket.listen(folder)) {
      Process service = other.start();
      SocketChannel channel = socket.accept();
      ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
      rounds.serve(
          new Latency(
              () -> {
                NioSocket.write(channel, buffer.clear());
                if (!NioSocket.read(channel, buffer.clear())) {
                  throw new IOException("the answering process has ended");
                }
              },
              silenceNanos),
          service.pid());
    }
  }

  @Override
  public void serve(Path folder, PrintStream ready) throws IOException {
    SocketChannel channel = NioSocket.connect(folder);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    while (NioSocket.read(channel, buffer.clear())) {
      NioSocket.write(channel, buffer.flip());
    }
  }
}
