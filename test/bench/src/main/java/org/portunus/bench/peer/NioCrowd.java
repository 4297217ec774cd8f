// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.portunus.bench.pair.Crowd;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;

/** Virtual threads at both ends, one connection for each caller. */
record NioCrowd() implements Ends {
  private static final int BYTES = 64;

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws IOException {
    try (NioSocket socket = NioSocket.listen(folder)) {
      Process service = other.start();
      List<Latency.RoundTrip> callers = new ArrayList<>();
      for (int i = 0; i < Crowd.SIZE; i++) {
        SocketChannel channel = socket.accept();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
        callers.add(() -> {
          NioSocket.write(channel, buffer.clear());
          if (!NioSocket.read(channel, buffer.clear())) {
            throw new IOException("the answering process has ended");
          }
        });
      }
      rounds.serve(new Crowd(callers), service.pid());
    }
  }

  @Override
  public void serve(Path folder, PrintStream ready) throws IOException, InterruptedException {
    Semaphore places = new Semaphore(Crowd.SERVICE_CALLS);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Crowd.SIZE; i++) {
      SocketChannel channel = NioSocket.connect(folder);
      threads.add(Thread.startVirtualThread(() -> answer(channel, places)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void answer(SocketChannel channel, Semaphore places) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    try (channel) {
      while (NioSocket.read(channel, buffer.clear())) {
        places.acquireUninterruptibly();
        try {
          LockSupport.parkNanos(Crowd.SERVICE_NANOS);
        } finally {
          places.release();
        }
        NioSocket.write(channel, buffer.flip());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
