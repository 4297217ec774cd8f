// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * A memory file, memfd_create(2): anonymous memory behind a descriptor, sealable, close-on-exec.
 *
 * <p>Fixed content is made by {@link #sealedCopy}: it can never change again, whoever holds it.
 */
public final class MemoryFile implements AutoCloseable {
  /** All of {@link Seal#WRITE}, GROW, SHRINK and SEAL: nothing can change any more (rule D4). */
  public static final int FULLY_SEALED =
      Seal.WRITE.bit() | Seal.GROW.bit() | Seal.SHRINK.bit() | Seal.SEAL.bit();

  /**
   * Of fixed size, and written through mappings that exist already, by nobody else: what one side
   * writes and another may have (rule D1).
   */
  public static final int SHARED_SEALS =
      Seal.FUTURE_WRITE.bit() | Seal.GROW.bit() | Seal.SHRINK.bit() | Seal.SEAL.bit();

  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_NOEXEC_SEAL = 8;
  private static final int MFD_EXEC = 0x10;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int COPY_CHUNK = 1 << 20;

  private final Descriptor descriptor;

  private MemoryFile(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** An empty memory file that can't be executed (where the kernel knows how, Linux 6.3). */
  public static MemoryFile create(String name) throws LinuxException {
    return create(name, MFD_NOEXEC_SEAL);
  }

  /** An empty memory file that may be executed by its {@link Descriptor#procPath}. */
  public static MemoryFile createExecutable(String name) throws LinuxException {
    return create(name, MFD_EXEC);
  }

  private static MemoryFile create(String name, int execution) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocateFrom(name).address();
      int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
      long result = SystemCall.invoke(Call.MEMFD_CREATE, address, flags | execution);
      if (Errno.EINVAL.is(result)) {
        result = SystemCall.invoke(Call.MEMFD_CREATE, address, flags);
      }
      return new MemoryFile(
          Descriptor.own((int) LinuxException.check("memfd_create " + name, result)));
    }
  }

  /** Takes ownership of a descriptor that may be a memory file; check its seals before use. */
  public static MemoryFile of(Descriptor descriptor) {
    return new MemoryFile(descriptor);
  }

  /** A fully sealed memory file with these bytes; the segment may be an array or native memory. */
  public static MemoryFile sealedCopy(String name, MemorySegment content) throws LinuxException {
    return sealAll(create(name), content);
  }

  /** A fully sealed memory file with these bytes. */
  public static MemoryFile sealedCopy(String name, byte[] content) throws LinuxException {
    return sealedCopy(name, MemorySegment.ofArray(content));
  }

  /** A fully sealed memory file with these bytes that may be executed. */
  public static MemoryFile sealedProgram(String name, byte[] program) throws LinuxException {
    return sealAll(createExecutable(name), MemorySegment.ofArray(program));
  }

  private static MemoryFile sealAll(MemoryFile file, MemorySegment content) throws LinuxException {
    try {
      file.truncate(content.byteSize());
      file.write(0, content);
      file.addSeals(FULLY_SEALED);
      return file;
    } catch (LinuxException failure) {
      file.close();
      throw failure;
    }
  }

  /** The descriptor; this object still owns it. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Length in bytes. */
  public long size() throws LinuxException {
    return descriptor.status().size();
  }

  /** Sets the length in bytes, ftruncate(2). */
  public void truncate(long length) throws LinuxException {
    descriptor.truncate(length);
  }

  /** The seal bits, or a negative error when the descriptor is no sealable file, F_GET_SEALS. */
  public int sealBits() {
    return sealBits(descriptor.raw());
  }

  /** The seal bits of a raw descriptor, or a negative error. */
  public static int sealBits(int descriptor) {
    return (int) SystemCall.invoke(Call.FCNTL, descriptor, F_GET_SEALS);
  }

  /** Whether nothing about the content can change any more. */
  public boolean isFullySealed() {
    int bits = sealBits();
    return bits >= 0 && (bits & FULLY_SEALED) == FULLY_SEALED;
  }

  /** Adds seals; EBUSY means a writable shared mapping exists, EPERM that SEAL is set. */
  public void addSeals(Set<Seal> seals) throws LinuxException {
    int bits = 0;
    for (Seal seal : seals) {
      bits |= seal.bit();
    }
    addSeals(bits);
  }

  /** Adds all of {@link #FULLY_SEALED}; errors as with {@link #addSeals(Set)}. */
  public void seal() throws LinuxException {
    addSeals(FULLY_SEALED);
  }

  /** Adds all of {@link #SHARED_SEALS}. */
  public void share() throws LinuxException {
    addSeals(SHARED_SEALS);
  }

  /** Whether these seal bits are all of {@link #SHARED_SEALS}, or stronger. */
  public static boolean isShared(int sealBits) {
    int fixed = SHARED_SEALS & ~Seal.FUTURE_WRITE.bit();
    int noWrite = Seal.FUTURE_WRITE.bit() | Seal.WRITE.bit();
    return sealBits >= 0 && (sealBits & fixed) == fixed && (sealBits & noWrite) != 0;
  }

  private void addSeals(int bits) throws LinuxException {
    LinuxException.check(
        "fcntl F_ADD_SEALS", SystemCall.invoke(Call.FCNTL, descriptor.raw(), F_ADD_SEALS, bits));
  }

  /** Writes the whole segment (array or native) at an offset, pwrite(2). */
  public void write(long offset, MemorySegment content) throws LinuxException {
    if (content.isNative()) {
      writeNative(offset, content);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(Math.max(1, Math.min(COPY_CHUNK, content.byteSize())));
      for (long done = 0; done < content.byteSize(); ) {
        long length = Math.min(chunk.byteSize(), content.byteSize() - done);
        MemorySegment.copy(content, done, chunk, 0, length);
        writeNative(offset + done, chunk.asSlice(0, length));
        done += length;
      }
    }
  }

  private void writeNative(long offset, MemorySegment content) throws LinuxException {
    for (long done = 0; done < content.byteSize(); ) {
      long result = descriptor.write(offset + done, content.asSlice(done));
      if (!Errno.EINTR.is(result)) {
        done += LinuxException.check("pwrite", result);
      }
    }
  }

  /**
   * Reads {@code length} bytes at an offset; fewer when the file ends before. Sizes from a peer are
   * checked by the caller first.
   */
  public byte[] read(long offset, int length) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(Math.max(1, length));
      long done = 0;
      while (done < length) {
        long result = descriptor.read(offset + done, target.asSlice(done, length - done));
        if (result == 0) {
          break;
        }
        if (!Errno.EINTR.is(result)) {
          done += LinuxException.check("pread", result);
        }
      }
      return target.asSlice(0, done).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "MemoryFile[" + descriptor + "]";
  }
}
