// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/** A counter that wakes whoever waits for its descriptor, eventfd(2). Any thread may use it. */
public final class EventCounter implements AutoCloseable {
  private final Descriptor descriptor;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);

  private EventCounter(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** A counter at zero, non-blocking. */
  public static EventCounter create() throws LinuxException {
    return new EventCounter(
        Descriptor.own(
            (int)
                LinuxException.check(
                    "eventfd2",
                    SystemCall.invoke(
                        Call.EVENTFD2, 0, OpenFlag.CLOSE_ON_EXEC | OpenFlag.NON_BLOCKING))));
  }

  /** The descriptor to wait for; readable while the counter is above zero. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Adds one. A counter that is full is above zero already, which is all that matters. */
  public void signal() {
    long result = descriptor.write(one);
    if (result < 0 && !Errno.EAGAIN.is(result)) {
      throw new IllegalStateException("eventfd write: error " + -result);
    }
  }

  /** Sets it to zero and returns what it was. */
  public long drain() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment value = scratch.allocate(ValueLayout.JAVA_LONG);
      long result = descriptor.read(value);
      if (result == value.byteSize()) {
        return value.get(ValueLayout.JAVA_LONG, 0);
      }
      if (Errno.EAGAIN.is(result)) {
        return 0;
      }
      throw new IllegalStateException("eventfd read: result " + result);
    }
  }

  /** Closes it; nobody may signal or wait any more. */
  @Override
  public void close() {
    if (descriptor.isOpen()) {
      descriptor.close();
      arena.close();
    }
  }
}
