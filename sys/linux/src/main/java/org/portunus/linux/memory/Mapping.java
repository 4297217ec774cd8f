// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * Maps files into memory, mmap(2). A segment lives until its arena closes, which unmaps it.
 *
 * <p>A file that a peer can shrink must not be mapped: a touch beyond its end is SIGBUS. Check
 * {@link Seal#SHRINK} first.
 */
public final class Mapping {
  /** What this process may do with the mapped memory. */
  public enum Access {
    READ(1),
    READ_WRITE(3);

    private final int protection;

    Access(int protection) {
      this.protection = protection;
    }
  }

  /** Who sees writes. */
  public enum Sharing {
    /** Everyone who maps the file. */
    SHARED(1),
    /** Only this mapping. */
    PRIVATE(2);

    private final int flag;

    Sharing(int flag) {
      this.flag = flag;
    }
  }

  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MAP_POPULATE = 0x8000;
  private static final int NO_FILE = -1;
  private static final int MADV_REMOVE = 9;

  private Mapping() {}

  /**
   * Maps a range of the file.
   *
   * @param offset first byte, a multiple of the page size
   * @param length bytes, more than 0
   * @param arena unmaps when it closes; it must not be the global or an automatic arena when the
   *     moment matters
   */
  public static MemorySegment map(
      Descriptor file, long offset, long length, Access access, Sharing sharing, Arena arena)
      throws LinuxException {
    return map(file, offset, length, access, sharing.flag, arena);
  }

  /** As {@link #map}, shared, with every page present at once (MAP_POPULATE). */
  public static MemorySegment mapPopulated(
      Descriptor file, long offset, long length, Access access, Arena arena) throws LinuxException {
    return map(file, offset, length, access, Sharing.SHARED.flag | MAP_POPULATE, arena);
  }

  /**
   * Memory of this process alone, zeros; no page is there before it is touched.
   *
   * @param length bytes, more than 0
   */
  public static MemorySegment anonymous(long length, Arena arena) throws LinuxException {
    int flags = Sharing.PRIVATE.flag | MAP_ANONYMOUS | MAP_NORESERVE;
    return map(NO_FILE, 0, length, Access.READ_WRITE, flags, arena);
  }

  private static MemorySegment map(
      Descriptor file, long offset, long length, Access access, int flags, Arena arena)
      throws LinuxException {
    return map(file.raw(), offset, length, access, flags, arena);
  }

  @SuppressWarnings("restricted") // the system's one reinterpret
  private static MemorySegment map(
      int file, long offset, long length, Access access, int flags, Arena arena)
      throws LinuxException {
    if (length <= 0) {
      throw new IllegalArgumentException("a mapping needs a positive length, not " + length);
    }
    long address =
        LinuxException.check(
            "mmap of " + length + " bytes",
            SystemCall.invoke(Call.MMAP, 0, length, access.protection, flags, file, offset));
    // SAFETY: the kernel has just mapped exactly these bytes for this process; nobody else unmaps
    // them, and the arena's close is the only munmap.
    MemorySegment segment =
        MemorySegment.ofAddress(address)
            .reinterpret(length, arena, mapped -> unmap(mapped.address(), length));
    return access == Access.READ ? segment.asReadOnly() : segment;
  }

  /**
   * Frees pages of a memory file that is mapped shared and writable, here and wherever else it is
   * mapped: they are zeros then, and whoever touches a page next is charged for it. The mapping
   * must not end meanwhile.
   *
   * @param mapping whole pages of it
   * @return 0 or a negative errno
   */
  public static long free(MemorySegment mapping) {
    // SAFETY: the caller keeps the mapping alive, so that the range is nobody else's.
    return SystemCall.invoke(Call.MADVISE, mapping.address(), mapping.byteSize(), MADV_REMOVE);
  }

  private static void unmap(long address, long length) {
    long result = SystemCall.invoke(Call.MUNMAP, address, length);
    if (result < 0) {
      throw new IllegalStateException("munmap: error " + -result);
    }
  }
}
