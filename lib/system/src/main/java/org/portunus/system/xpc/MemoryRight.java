// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileStatus;
import org.portunus.linux.file.FileType;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.system.port.KernelMemory;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.xpc.wire.HeldDescriptor;

/**
 * A right to read a piece of memory that nobody can change any more, which can be passed in a call:
 * a memory file sealed against writing, growing, shrinking and further seals. Passing one that
 * exists does not depend on its size.
 *
 * <p>Who closes it: as with {@link FileRight}. A mapping lives until its arena closes, also when
 * the right is closed before.
 *
 * <p>Safe for use by several threads.
 */
public final class MemoryRight implements AutoCloseable {
  /** Most bytes of one. */
  public static final long MAX_BYTES = 1L << 30;

  /** Most bytes of a part that {@link #createInParts} has written at once. */
  public static final long PART_BYTES = 2L << 20;

  private static final Cleaner CLEANER = Cleaner.create();
  private static final long TMPFS_MAGIC = 0x01021994L;

  /** Writes the content. */
  @FunctionalInterface
  public interface Filler {
    /**
     * Fills the memory.
     *
     * @param memory zeros; writable until this returns, by this thread
     */
    void fill(MemorySegment memory) throws IOException;
  }

  /** Writes the content part by part. */
  @FunctionalInterface
  public interface PartFiller {
    /**
     * Fills the next part.
     *
     * @param part zeros; writable until this returns, by this thread
     * @param offset where the part begins in the whole
     */
    void fill(MemorySegment part, long offset) throws IOException;
  }

  /** Writes to memory that is a file. */
  private interface Content {
    void write(Descriptor file, long size) throws IOException;
  }

  private final HeldDescriptor held;
  private final long size;

  private MemoryRight(HeldDescriptor held, long size) {
    this.held = held;
    this.size = size;
    CLEANER.register(this, held::close);
  }

  /**
   * Makes one: fills it, then seals it for ever. In a sandbox, which may make no memory files, the
   * kernel makes and seals it.
   *
   * @param size bytes, 1 to {@link #MAX_BYTES}
   * @throws PortunusException LIMIT_MEMORY for another size; RIGHT_REFUSED when it is still mapped
   *     for writing
   */
  public static MemoryRight create(long size, Filler filler) throws IOException {
    return create(size, (Descriptor file, long bytes) -> fill(file, bytes, filler));
  }

  /**
   * As {@link #create}, for content that comes from the first byte to the last. One part is mapped
   * at a time, so that nearly nothing is left to unmap after the last byte: a receiver gets 64 MiB
   * some milliseconds earlier. All in all it takes as long.
   *
   * @param size bytes, 1 to {@link #MAX_BYTES}
   * @param filler called for parts of {@link #PART_BYTES}, and for a last one of what is left
   */
  public static MemoryRight createInParts(long size, PartFiller filler) throws IOException {
    return create(size, (Descriptor file, long bytes) -> fillParts(file, bytes, filler));
  }

  private static MemoryRight create(long size, Content content) throws IOException {
    if (size < 1 || size > MAX_BYTES) {
      throw new PortunusException(
          ErrorCode.LIMIT_MEMORY,
          "a memory right of %d bytes, at most %d".formatted(size, MAX_BYTES));
    }
    Optional<MemoryFile> own = ownFile();
    return own.isPresent() ? fillOwn(own.get(), size, content) : fillOfKernel(size, content);
  }

  /** Makes one with a copy of these bytes. */
  public static MemoryRight copyOf(MemorySegment content) throws IOException {
    return createInParts(
        content.byteSize(),
        (part, offset) -> part.copyFrom(content.asSlice(offset, part.byteSize())));
  }

  private static Optional<MemoryFile> ownFile() throws IOException {
    try {
      return Optional.of(MemoryFile.create("portunus-memory-right"));
    } catch (LinuxException refused) {
      // Only a sandbox refuses it, so this process is a task of an instance.
      if (refused.is(Errno.EPERM) || refused.is(Errno.ENOSYS)) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private static MemoryRight fillOwn(MemoryFile file, long size, Content content)
      throws IOException {
    return fill(
        file.descriptor(),
        size,
        () -> {
          file.truncate(size);
          content.write(file.descriptor(), size);
          file.seal();
        });
  }

  private static MemoryRight fillOfKernel(long size, Content content) throws IOException {
    KernelSocket kernel = KernelSocket.ofTask();
    KernelMemory memory = kernel.createMemory(size);
    return fill(
        memory.file(),
        size,
        () -> {
          content.write(memory.file(), size);
          kernel.sealMemory(memory);
        });
  }

  /** What fills and seals a memory file. */
  private interface Filling {
    void run() throws IOException;
  }

  /**
   * Everything but the seal comes before the last byte: what is done after it is done with empty
   * caches.
   */
  private static MemoryRight fill(Descriptor file, long size, Filling filling) throws IOException {
    MemoryRight right = new MemoryRight(new HeldDescriptor(file), size);
    boolean sealed = false;
    try {
      filling.run();
      sealed = true;
      return right;
    } finally {
      if (!sealed) {
        right.close();
      }
    }
  }

  private static void fill(Descriptor file, long size, Filler filler) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      filler.fill(
          Mapping.map(file, 0, size, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena));
    }
  }

  private static void fillParts(Descriptor file, long size, PartFiller filler) throws IOException {
    for (long offset = 0; offset < size; offset += PART_BYTES) {
      long length = Math.min(PART_BYTES, size - offset);
      try (Arena arena = Arena.ofConfined()) {
        filler.fill(
            Mapping.map(
                file, offset, length, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena),
            offset);
      }
    }
  }

  /**
   * Takes ownership of a descriptor, and closes it if it is refused.
   *
   * @throws PortunusException RIGHT_REFUSED unless it is a fully sealed memory file of small pages,
   *     LIMIT_MEMORY when it is larger than {@link #MAX_BYTES}
   */
  public static MemoryRight ofDescriptor(Descriptor descriptor) {
    try {
      return new MemoryRight(new HeldDescriptor(descriptor), checkedSize(descriptor));
    } catch (PortunusException refusal) {
      descriptor.close();
      throw refusal;
    } catch (LinuxException failure) {
      descriptor.close();
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED, String.valueOf(failure.getMessage()), failure);
    }
  }

  private static long checkedSize(Descriptor descriptor) throws LinuxException {
    int seals = MemoryFile.sealBits(descriptor.raw());
    if (seals < 0 || (seals & MemoryFile.FULLY_SEALED) != MemoryFile.FULLY_SEALED) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED, "not a memory file that is sealed against every change");
    }
    FileStatus status = descriptor.status();
    if (status.type() != FileType.REGULAR || descriptor.fileSystemType() != TMPFS_MAGIC) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "not a memory file of small pages");
    }
    // SAFETY: sealed against growing and shrinking, so this holds for good.
    long size = status.size();
    if (size < 1 || size > MAX_BYTES) {
      throw new PortunusException(
          ErrorCode.LIMIT_MEMORY,
          "a memory right of %d bytes, at most %d".formatted(size, MAX_BYTES));
    }
    return size;
  }

  /** Bytes; they never change. */
  public long size() {
    return size;
  }

  /**
   * Maps the whole, for reading only; its pages are shared with everybody who maps it.
   *
   * @param arena unmaps when it closes
   */
  public MemorySegment map(Arena arena) throws IOException {
    Descriptor descriptor = held.hold();
    try {
      return Mapping.map(descriptor, 0, size, Mapping.Access.READ, Mapping.Sharing.SHARED, arena);
    } finally {
      held.unhold();
    }
  }

  /**
   * A right to a part and to nothing else, for reading: what XNU's mach_make_memory_entry makes of
   * a larger entry. It is a copy, made and paid for here: a descriptor of the whole would give its
   * holder the whole.
   *
   * @param offset of its first byte, of any alignment
   * @param bytes 1 or more; it may not reach beyond the end of this one
   * @throws PortunusException RIGHT_REFUSED when it does
   */
  public MemoryRight part(long offset, long bytes) throws IOException {
    if (offset < 0 || bytes < 1 || bytes > size - offset) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED,
          "%d bytes at %d are no part of memory of %d bytes".formatted(bytes, offset, size));
    }
    try (Arena arena = Arena.ofConfined()) {
      return copyOf(map(arena).asSlice(offset, bytes));
    }
  }

  /** A second right to the same memory, closed on its own. */
  public MemoryRight duplicate() throws IOException {
    Descriptor descriptor = held.hold();
    try {
      return new MemoryRight(new HeldDescriptor(descriptor.duplicate()), size);
    } finally {
      held.unhold();
    }
  }

  /**
   * Called by the implementation of a service on an argument: the right is its own from now on, and
   * not closed when the method returns.
   *
   * @return this right
   */
  public MemoryRight keep() {
    held.keep();
    return this;
  }

  /** For generated code and the connection. */
  public HeldDescriptor held() {
    return held;
  }

  /** Whether it was closed, by its owner or because the call that brought it is over. */
  public boolean isClosed() {
    return held.isClosed();
  }

  @Override
  public void close() {
    held.close();
  }
}
