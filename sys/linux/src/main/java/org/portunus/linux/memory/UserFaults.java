// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;

/**
 * The page faults of one range of this process's memory, handled by this process, userfaultfd(2).
 * Whoever touches a page of the range that is not there waits until it is supplied or poisoned.
 *
 * <p>Faults of programs only (UFFD_USER_MODE_ONLY), which an ordinary user may handle: a system
 * call that is given a page that is not there fails with EFAULT and waits for nobody. The
 * descriptor never leaves this object: who holds it could handle all memory of the process.
 *
 * <p>One thread at a time may wait; one thread at a time may supply, wake and poison.
 *
 * <p>A thread that waits in a fault while it runs Java code keeps the Java machine from stopping
 * its threads, and with that everybody who allocates: only native code may touch the range.
 */
public final class UserFaults implements AutoCloseable {
  /** Bytes of a page. */
  public static final int PAGE_BYTES = 4096;

  private static final int UFFD_USER_MODE_ONLY = 1;
  private static final long UFFD_API = 0xAA;
  private static final long UFFDIO_API = 0xC018AA3FL;
  private static final long UFFDIO_REGISTER = 0xC020AA00L;
  private static final long UFFDIO_WAKE = 0x8010AA02L;
  private static final long UFFDIO_COPY = 0xC028AA03L;
  private static final long UFFDIO_POISON = 0xC020AA08L;
  private static final long MODE_MISSING = 1;
  private static final int POISON_BIT = 1 << 8;
  private static final int POISON_DONE = 24;
  private static final int REGISTER_CALLS = 24;
  private static final byte EVENT_PAGEFAULT = 0x12;
  private static final int MESSAGE_BYTES = 32;
  private static final int MESSAGE_ADDRESS = 16;

  private final Descriptor descriptor;
  private final MemorySegment memory;
  private final Arena arena = Arena.ofShared();
  // The largest argument is uffdio_copy: five longs.
  private final MemorySegment argument = arena.allocate(40, 8);
  private final MemorySegment page = arena.allocate(PAGE_BYTES, PAGE_BYTES);
  private final MemorySegment message = arena.allocate(MESSAGE_BYTES, 8);
  private final MemorySegment polled = arena.allocate(2L * Layouts.PollDescriptor.SIZE, 8);
  private final boolean poisons;

  private UserFaults(Descriptor descriptor, MemorySegment memory) throws LinuxException {
    this.descriptor = descriptor;
    this.memory = memory;
    put(UFFD_API, 0, 0, 0, 0);
    LinuxException.check("ioctl UFFDIO_API", ioctl(UFFDIO_API));
    put(memory.address(), memory.byteSize(), MODE_MISSING, 0, 0);
    LinuxException.check("ioctl UFFDIO_REGISTER", ioctl(UFFDIO_REGISTER));
    poisons = (argument.get(ValueLayout.JAVA_LONG, REGISTER_CALLS) & POISON_BIT) != 0;
  }

  /**
   * Handles the faults of memory from {@link Mapping#anonymous} from now on.
   *
   * @param memory whole pages; they stay mapped until this is closed
   * @throws LinuxException EPERM or ENOSYS where a filter or the kernel has no such faults
   */
  public static UserFaults of(MemorySegment memory) throws LinuxException {
    if (!memory.isNative() || (memory.address() | memory.byteSize()) % PAGE_BYTES != 0) {
      throw new IllegalArgumentException("faults are handled for whole pages of native memory");
    }
    int flags = OpenFlag.CLOSE_ON_EXEC | OpenFlag.NON_BLOCKING | UFFD_USER_MODE_ONLY;
    Descriptor descriptor =
        Descriptor.own(
            (int) LinuxException.check("userfaultfd", SystemCall.invoke(Call.USERFAULTFD, flags)));
    try {
      return new UserFaults(descriptor, memory);
    } catch (LinuxException failure) {
      descriptor.close();
      throw failure;
    }
  }

  /** Whether pages can be poisoned, Linux 6.6. */
  public boolean poisons() {
    return poisons;
  }

  /**
   * Waits for the next fault.
   *
   * @param stop ends the wait
   * @return where the page begins in the memory, or -1 when it was stopped
   */
  public long await(EventCounter stop) throws LinuxException {
    while (true) {
      if (takeMessage()) {
        return message.get(ValueLayout.JAVA_LONG, MESSAGE_ADDRESS) / PAGE_BYTES * PAGE_BYTES
            - memory.address();
      }
      poll(0, descriptor);
      poll(1, stop.descriptor());
      long ready = SystemCall.invoke(Call.POLL, polled.address(), 2, Readiness.FOREVER);
      if (!Errno.EINTR.is(ready)) {
        LinuxException.check("poll", ready);
      }
      if (polled.get(
              ValueLayout.JAVA_SHORT, Layouts.PollDescriptor.SIZE + Layouts.PollDescriptor.RETURNED)
          != 0) {
        return -1;
      }
    }
  }

  private boolean takeMessage() throws LinuxException {
    long read = descriptor.read(message);
    if (Errno.EAGAIN.is(read) || Errno.EINTR.is(read)) {
      return false;
    }
    LinuxException.check("read of a fault", read);
    return read == MESSAGE_BYTES && message.get(ValueLayout.JAVA_BYTE, 0) == EVENT_PAGEFAULT;
  }

  private void poll(int index, Descriptor of) {
    long at = (long) index * Layouts.PollDescriptor.SIZE;
    polled.set(ValueLayout.JAVA_INT, at + Layouts.PollDescriptor.DESCRIPTOR, of.raw());
    polled.set(
        ValueLayout.JAVA_SHORT, at + Layouts.PollDescriptor.EVENTS, (short) Readiness.READABLE);
    polled.set(ValueLayout.JAVA_SHORT, at + Layouts.PollDescriptor.RETURNED, (short) 0);
  }

  /**
   * Puts a page there and wakes who waits for it; nobody ever sees a part of it.
   *
   * @param offset of a page that is not there
   * @param content a page of bytes
   */
  public void supply(long offset, byte[] content) throws LinuxException {
    checkPages(offset, PAGE_BYTES);
    MemorySegment.copy(content, 0, page, ValueLayout.JAVA_BYTE, 0, PAGE_BYTES);
    long result;
    do {
      put(memory.address() + offset, page.address(), PAGE_BYTES, 0, 0);
      // SAFETY: the destination lies in the registered range, which the owner keeps mapped.
      result = ioctl(UFFDIO_COPY);
      // EAGAIN: the process forks or maps at this moment.
    } while (Errno.EAGAIN.is(result));
    LinuxException.check("ioctl UFFDIO_COPY", result);
  }

  /** Wakes who waits for a page of the range; it looks again. */
  public void wake(long offset) throws LinuxException {
    checkPages(offset, PAGE_BYTES);
    put(memory.address() + offset, PAGE_BYTES, 0, 0, 0);
    LinuxException.check("ioctl UFFDIO_WAKE", ioctl(UFFDIO_WAKE));
  }

  /**
   * Makes every touch of those pages of a range that are not there a SIGBUS for good, and wakes who
   * waits for them.
   */
  public void poison(long offset, long length) throws LinuxException {
    checkPages(offset, length);
    for (long done = 0; done < length; ) {
      put(memory.address() + offset + done, length - done, 0, 0, 0);
      long result = ioctl(UFFDIO_POISON);
      if (result == 0) {
        return;
      }
      if (Errno.EAGAIN.is(result)) {
        // What was done before the process forked or mapped, or a page was there.
        done += Math.max(0, argument.get(ValueLayout.JAVA_LONG, POISON_DONE));
      } else if (Errno.EEXIST.is(result)) {
        done += PAGE_BYTES;
      } else {
        LinuxException.check("ioctl UFFDIO_POISON", result);
      }
    }
  }

  private void checkPages(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    if ((offset | length) % PAGE_BYTES != 0) {
      throw new IllegalArgumentException("not whole pages: %d, %d".formatted(offset, length));
    }
  }

  private void put(long a, long b, long c, long d, long e) {
    argument.set(ValueLayout.JAVA_LONG, 0, a);
    argument.set(ValueLayout.JAVA_LONG, 8, b);
    argument.set(ValueLayout.JAVA_LONG, 16, c);
    argument.set(ValueLayout.JAVA_LONG, 24, d);
    argument.set(ValueLayout.JAVA_LONG, 32, e);
  }

  private long ioctl(long request) {
    return SystemCall.invoke(Call.IOCTL, descriptor.raw(), request, argument.address());
  }

  /** From now on pages that are not there are zeros; who waited looks again. */
  @Override
  public void close() {
    if (descriptor.isOpen()) {
      descriptor.close();
      arena.close();
    }
  }
}
