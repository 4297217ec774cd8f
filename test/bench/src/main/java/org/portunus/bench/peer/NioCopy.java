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

/** 64 MiB that were written just before, copied through the socket; a byte back. */
record NioCopy() implements Ends {
  private static final int BYTES = 64 << 20;

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws IOException {
    try (NioSocket socket = NioSocket.listen(folder)) {
      Process service = other.start();
      SocketChannel channel = socket.accept();
      ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
      ByteBuffer answer = ByteBuffer.allocateDirect(1);
      rounds.serve(
          new Latency(() -> {
            NioSocket.write(channel, buffer.clear());
            if (!NioSocket.read(channel, answer.clear())) {
              throw new IOException("the answering process has ended");
            }
          }),
          service.pid());
    }
  }

  @Override
  public void serve(Path folder, PrintStream ready) throws IOException {
    SocketChannel channel = NioSocket.connect(folder);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    ByteBuffer answer = ByteBuffer.allocateDirect(1);
    while (NioSocket.read(channel, buffer.clear())) {
      NioSocket.write(channel, answer.clear());
    }
  }
}
