// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileStatus;
import org.portunus.linux.file.FileType;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;

/**
 * Memory of fixed size that its producer goes on to write: the volatile kind of out-of-line memory.
 * It travels in messages, by {@link org.portunus.abi.wire.MessagePart.VolatileMemory}.
 *
 * <p>A reader never maps it: each read copies so many bytes by pread(2), at most {@link #MOST}, and
 * what was copied changes no more. Two reads may see different content, one read parts of two.
 * Nobody but the producer, through the mapping that it had before, can write or resize it.
 */
public final class VolatileMemory implements AutoCloseable {
  /** Most bytes of one read. */
  public static final int MOST = 1 << 20;

  private final Descriptor file;
  private final long size;

  private VolatileMemory(Descriptor file, long size) {
    this.file = file;
    this.size = size;
  }

  /** What its producer has. */
  public record Produced(MemorySegment memory, VolatileMemory right) {}

  /**
   * New memory, zeros, made by the kernel.
   *
   * @param arena of the producer's mapping, through which alone it is written
   * @throws PortunusException LIMIT_MEMORY
   */
  public static Produced create(KernelSocket kernel, long size, Arena arena) throws IOException {
    KernelMemory made = kernel.createMemory(size);
    boolean shared = false;
    try {
      MemorySegment memory =
          Mapping.map(
              made.file(), 0, size, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena);
      kernel.questions.done(KernelOperation.MEMORY_SHARE, new WireWriter().i64(made.number()));
      shared = true;
      return new Produced(memory, new VolatileMemory(made.file(), size));
    } finally {
      if (!shared) {
        made.file().close();
      }
    }
  }

  /**
   * Takes ownership of a descriptor, and closes it if it is refused.
   *
   * @throws PortunusException RIGHT_REFUSED unless it is a memory file of fixed size that nobody
   *     can map for writing any more
   */
  public static VolatileMemory ofDescriptor(Descriptor descriptor) {
    boolean taken = false;
    try {
      FileStatus status = descriptor.status();
      if (!MemoryFile.isShared(MemoryFile.sealBits(descriptor.raw()))
          || status.type() != FileType.REGULAR) {
        throw refused("not a memory file of fixed size that only its producer writes");
      }
      // SAFETY: sealed against growing and shrinking, so this holds for good.
      VolatileMemory memory = new VolatileMemory(descriptor, status.size());
      taken = true;
      return memory;
    } catch (LinuxException failure) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED, String.valueOf(failure.getMessage()), failure);
    } finally {
      if (!taken) {
        descriptor.close();
      }
    }
  }

  private static PortunusException refused(String why) {
    return new PortunusException(ErrorCode.RIGHT_REFUSED, why);
  }

  public long size() {
    return size;
  }

  /** For messages; stays this object's. */
  public Descriptor descriptor() {
    return file;
  }

  /**
   * A copy of some bytes, as they are now.
   *
   * @param bytes 0 to {@link #MOST}
   * @throws PortunusException RIGHT_REFUSED beyond the end, LIMIT_MEMORY for more than that
   */
  public byte[] copy(long offset, int bytes) throws IOException {
    if (bytes > MOST) {
      throw new PortunusException(
          ErrorCode.LIMIT_MEMORY, "%d bytes at once, at most %d".formatted(bytes, MOST));
    }
    if (offset < 0 || bytes < 0 || bytes > size - offset) {
      throw refused("%d bytes at %d, of memory of %d bytes".formatted(bytes, offset, size));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.max(1, bytes));
      for (long done = 0; done < bytes; ) {
        long result = file.read(offset + done, copy.asSlice(done, bytes - done));
        if (result == 0) {
          throw refused("memory of fixed size has become shorter");
        }
        if (!Errno.EINTR.is(result)) {
          done += LinuxException.check("pread", result);
        }
      }
      return copy.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
