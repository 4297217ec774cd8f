// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.portunus.linux.call.Errno;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;

/**
 * Closes what tasks had a hand in, off the loop: a close can block for seconds (a lingering socket,
 * also one in the unread messages of a socket). A few threads may be lost to such closes; beyond
 * them the rest waits in a bounded queue. What a task deposits for another is limited, and lingers
 * no longer once {@link UnixSocket#stopLingering} was called, so closes that block are rare.
 */
public final class Closer {
  private static final int THREADS = 16;
  private static final int QUEUE = 4096;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          task -> {
            Thread thread = new Thread(task, "portunus-closer");
            thread.setDaemon(true);
            return thread;
          },
          // SAFETY: with queue and threads used up the number is only leaked, and the descriptor
          // limit of the kernel task is the outer bound; nothing blocks the loop.
          new ThreadPoolExecutor.DiscardPolicy());

  public Closer() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** Closes it some time soon. */
  public void close(Descriptor descriptor) {
    threads.execute(() -> closeNow(descriptor));
  }

  /** Closes the channel, and with it what its peer had sent and nobody read, some time soon. */
  public void close(SeqpacketChannel channel) {
    threads.execute(channel::close);
  }

  private static void closeNow(Descriptor descriptor) {
    if (!descriptor.isOpen()) {
      return;
    }
    int result = UnixSocket.stopLingering(descriptor);
    if (result < 0 && !Errno.ENOTSOCK.is(result)) {
      // SAFETY: what refuses the option is closed all the same, on this thread that may be lost.
      descriptor.close();
      return;
    }
    descriptor.close();
  }
}
