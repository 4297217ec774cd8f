// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * A set of descriptors to wait for, epoll(7). Any thread may add and remove; one thread waits, and
 * reads its events before it waits again.
 *
 * <p>The lock {@code changing} guards the native memory of a change.
 *
 * <p>Remove a descriptor before it is closed: a duplicate elsewhere would keep it in the set.
 */
public final class Epoll implements AutoCloseable {
  public static final int READABLE = 0x001;
  public static final int WRITABLE = 0x004;
  public static final int ERROR = 0x008;
  public static final int HANG_UP = 0x010;
  public static final int PEER_CLOSED = 0x2000;
  public static final int EXCLUSIVE = 1 << 28;
  public static final int ONE_SHOT = 1 << 30;
  public static final int EDGE_TRIGGERED = 1 << 31;

  /** A timeout that never ends. */
  public static final int FOREVER = -1;

  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLL_CTL_MOD = 3;
  private static final ValueLayout.OfLong TOKEN = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt EVENTS = ValueLayout.JAVA_INT_UNALIGNED;

  private final Descriptor descriptor;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment events;
  private final MemorySegment change;
  private final ReentrantLock changing = new ReentrantLock();
  private final int capacity;

  private Epoll(Descriptor descriptor, int capacity) {
    this.descriptor = descriptor;
    this.capacity = capacity;
    this.events = arena.allocate((long) capacity * Layouts.EpollEvent.SIZE, 8);
    this.change = arena.allocate(Layouts.EpollEvent.SIZE, 8);
  }

  /**
   * Makes an empty set, epoll_create1(2).
   *
   * @param capacity the most events one wait returns
   */
  public static Epoll create(int capacity) throws LinuxException {
    if (capacity < 1) {
      throw new IllegalArgumentException("an epoll needs room for an event, not " + capacity);
    }
    return new Epoll(
        Descriptor.own(
            (int)
                LinuxException.check(
                    "epoll_create1", SystemCall.invoke(Call.EPOLL_CREATE1, EPOLL_CLOEXEC))),
        capacity);
  }

  /** Adds a descriptor; its events come back with the token. */
  public void add(Descriptor watched, int interest, long token) throws LinuxException {
    control(EPOLL_CTL_ADD, watched, interest, token);
  }

  /** Changes interest and token of a descriptor in the set. */
  public void modify(Descriptor watched, int interest, long token) throws LinuxException {
    control(EPOLL_CTL_MOD, watched, interest, token);
  }

  /** Takes a descriptor out of the set. */
  public void remove(Descriptor watched) throws LinuxException {
    control(EPOLL_CTL_DEL, watched, 0, 0);
  }

  private void control(int operation, Descriptor watched, int interest, long token)
      throws LinuxException {
    changing.lock();
    try {
      change.set(EVENTS, Layouts.EpollEvent.EVENTS, interest);
      change.set(TOKEN, Layouts.EpollEvent.DATA, token);
      LinuxException.check(
          "epoll_ctl",
          SystemCall.invoke(
              Call.EPOLL_CTL, descriptor.raw(), operation, watched.raw(), change.address()));
    } finally {
      changing.unlock();
    }
  }

  /**
   * Waits for events, epoll_wait(2), which {@link #token} and {@link #events} then tell.
   *
   * @param timeoutMillis milliseconds, 0 to look only, or {@link #FOREVER}
   * @return how many, 0 after the timeout or a signal, or a negative error
   */
  public int await(int timeoutMillis) {
    long result =
        SystemCall.invoke(
            Call.EPOLL_PWAIT, descriptor.raw(), events.address(), capacity, timeoutMillis, 0, 8);
    return Errno.EINTR.is(result) ? 0 : (int) result;
  }

  /** The token of an event of the last wait. */
  public long token(int index) {
    return events.get(TOKEN, (long) index * Layouts.EpollEvent.SIZE + Layouts.EpollEvent.DATA);
  }

  /** The readiness bits of an event of the last wait. */
  public int events(int index) {
    return events.get(EVENTS, (long) index * Layouts.EpollEvent.SIZE + Layouts.EpollEvent.EVENTS);
  }

  /** Closes the set; no thread may wait in it any more. */
  @Override
  public void close() {
    if (descriptor.isOpen()) {
      descriptor.close();
      arena.close();
    }
  }
}
