// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Rounds;
import org.portunus.bench.pair.Throughput;

/** Messages there; a byte back for each message that asks how many have arrived. */
record NioStream(Delivery delivery) implements Ends {
  private static final int NOTE = 64;
  private static final byte ASKS = 7;

  /** What becomes of a message at the receiver. */
  enum Delivery {
    /** 64 bytes, read with as many others as there are. */
    NOTE(NioStream.NOTE),
    /** 64 KiB, each in an array of its own. */
    FRESH_ARRAY(Throughput.BLOCK),
    /** 64 KiB, in the same memory. */
    REUSED_MEMORY(Throughput.BLOCK);

    private final int bytes;

    Delivery(int bytes) {
      this.bytes = bytes;
    }
  }

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws IOException {
    try (NioSocket socket = NioSocket.listen(folder)) {
      Process service = other.start();
      SocketChannel channel = socket.accept();
      ByteBuffer message = ByteBuffer.allocateDirect(delivery.bytes);
      ByteBuffer question = ByteBuffer.allocateDirect(delivery.bytes);
      question.put(0, ASKS);
      ByteBuffer answer = ByteBuffer.allocateDirect(Long.BYTES);
      rounds.serve(
          new Throughput(
              () -> NioSocket.write(channel, message.clear()),
              () -> {
                NioSocket.write(channel, question.clear());
                if (!NioSocket.read(channel, answer.clear())) {
                  throw new IOException("the answering process has ended");
                }
                return answer.getLong(0);
              }),
          service.pid());
    }
  }

  @Override
  public void serve(Path folder, PrintStream ready) throws IOException {
    SocketChannel channel = NioSocket.connect(folder);
    switch (delivery) {
      case NOTE -> serveNotes(channel);
      case FRESH_ARRAY -> serveArrays(channel);
      case REUSED_MEMORY -> serveMemory(channel);
    }
  }

  private static void serveNotes(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Throughput.BLOCK);
    long count = 0;
    while (channel.read(buffer) >= 0) {
      buffer.flip();
      for (; buffer.remaining() >= NOTE; buffer.position(buffer.position() + NOTE)) {
        count = take(channel, buffer.get(buffer.position()), count);
      }
      buffer.compact();
    }
  }

  private static void serveArrays(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Throughput.BLOCK);
    long count = 0;
    while (NioSocket.read(channel, buffer.clear())) {
      byte[] fresh = new byte[Throughput.BLOCK];
      buffer.get(0, fresh);
      count = take(channel, fresh[0], count);
    }
  }

  private static void serveMemory(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Throughput.BLOCK);
    long count = 0;
    while (NioSocket.read(channel, buffer.clear())) {
      count = take(channel, buffer.get(0), count);
    }
  }

  private static long take(SocketChannel channel, byte first, long count) throws IOException {
    if (first != ASKS) {
      return count + 1;
    }
    NioSocket.write(channel, ByteBuffer.allocate(Long.BYTES).putLong(0, count));
    return count;
  }
}
