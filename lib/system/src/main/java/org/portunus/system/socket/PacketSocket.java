// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.socket;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/**
 * A connected packet socket with any number of senders and one receiver.
 *
 * <p>{@link #close} belongs to the receiver, after its last receive; others call {@link #shutdown},
 * which wakes it. The lock {@code sending} guards {@code closed} and every use of the descriptor's
 * number outside the receiver; no call under it blocks.
 */
public final class PacketSocket implements FrameSocket {
  private static final int SLICE_MILLIS = 100;
  private static final int RESETS = 4;

  private final SeqpacketChannel channel;
  private final ReceivedMessage incoming;
  private final ReentrantLock sending = new ReentrantLock();
  private boolean closed;

  private PacketSocket(SeqpacketChannel channel, int maximumMessage) {
    this.channel = channel;
    this.incoming = new ReceivedMessage(maximumMessage);
  }

  /**
   * Takes ownership of a connected socket, and closes it when this fails.
   *
   * @param maximumMessage the longest message in either direction, bytes
   */
  public static PacketSocket of(Descriptor socket, int maximumMessage) throws LinuxException {
    try {
      return new PacketSocket(SeqpacketChannel.of(socket, maximumMessage), maximumMessage);
    } catch (LinuxException failure) {
      socket.close();
      throw failure;
    }
  }

  @Override
  public int send(byte[] bytes, int length, int[] descriptors, int count) {
    sending.lock();
    try {
      if (closed) {
        return ENDED;
      }
      return outcome(channel.send(bytes, 0, length, descriptors, count, WaitMode.DONT_WAIT));
    } finally {
      sending.unlock();
    }
  }

  private static int outcome(int result) {
    if (result >= 0) {
      return result;
    }
    if (Errno.EAGAIN.is(result) || Errno.ENOBUFS.is(result) || Errno.ENOMEM.is(result)) {
      return FULL;
    }
    return Errno.ETOOMANYREFS.is(result) || Errno.EMSGSIZE.is(result) ? REFUSED : ENDED;
  }

  /**
   * Waits until a send may succeed or fail for good, at most this long and at most 100 ms. Callers
   * look again in any case.
   */
  @Override
  public void awaitRoom(long nanos) {
    int millis = Math.clamp(nanos / 1_000_000 + 1, 1, SLICE_MILLIS);
    if (Thread.currentThread().isVirtual()) {
      Thread waiter = Thread.ofPlatform().daemon().name("socket-room").start(() -> poll(millis));
      joinUninterruptibly(waiter);
    } else {
      poll(millis);
    }
  }

  private static void joinUninterruptibly(Thread waiter) {
    boolean interrupted = false;
    while (waiter.isAlive()) {
      try {
        waiter.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll(int millis) {
    Descriptor watched;
    sending.lock();
    try {
      if (closed) {
        return;
      }
      watched = channel.descriptor().duplicate(0);
    } catch (LinuxException tableFull) {
      LockSupport.parkNanos(millis * 1_000_000L);
      return;
    } finally {
      sending.unlock();
    }
    try (watched) {
      int ready = Readiness.await(watched, Readiness.WRITABLE, millis);
      assert ready >= 0;
    } catch (LinuxException failure) {
      throw new IllegalStateException("poll on an open socket", failure);
    }
  }

  @Override
  public int receive(byte[] bytes, List<Descriptor> descriptors) {
    return receive(bytes, descriptors, WaitMode.WAIT);
  }

  @Override
  public int receiveNow(byte[] bytes, List<Descriptor> descriptors) {
    return receive(bytes, descriptors, WaitMode.DONT_WAIT);
  }

  @Override
  public Descriptor readiness() {
    return channel.descriptor();
  }

  private int receive(byte[] bytes, List<Descriptor> descriptors, WaitMode mode) {
    int result = channel.receive(incoming, mode);
    // The peer closed with unread bytes: Linux says so once, then gives what it had sent.
    for (int i = 0; i < RESETS && Errno.ECONNRESET.is(result); i++) {
      result = channel.receive(incoming, mode);
    }
    if (Errno.EAGAIN.is(result)) {
      return NOTHING;
    }
    if (result == SeqpacketChannel.TRUNCATED || result == SeqpacketChannel.CONTROL_TRUNCATED) {
      return BROKEN;
    }
    if (result <= 0) {
      return ENDED;
    }
    MemorySegment.copy(incoming.data(), ValueLayout.JAVA_BYTE, 0, bytes, 0, result);
    for (int i = 0; i < incoming.descriptorCount(); i++) {
      descriptors.add(incoming.takeDescriptor(i));
    }
    return result;
  }

  @Override
  public void shutdownReceive() {
    shutdown(UnixSocket.Direction.RECEIVE);
  }

  /** Ends both directions and wakes the receiver. */
  @Override
  public void shutdown() {
    shutdown(UnixSocket.Direction.BOTH);
  }

  private void shutdown(UnixSocket.Direction direction) {
    sending.lock();
    try {
      if (!closed) {
        int result = channel.shutdown(direction);
        if (result < 0 && !Errno.ENOTCONN.is(result)) {
          throw new IllegalStateException("shutdown: error " + -result);
        }
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void close() {
    sending.lock();
    try {
      if (!closed) {
        closed = true;
        channel.close();
        incoming.close();
      }
    } finally {
      sending.unlock();
    }
  }

  /** A list for {@link #receive}. */
  public static List<Descriptor> descriptorList() {
    return new ArrayList<>(SeqpacketChannel.MAXIMUM_DESCRIPTORS);
  }
}
