// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/**
 * An open file descriptor that this object owns: it is closed once, by {@link #close}, or given up
 * by {@link #release}. Everything opened here is close-on-exec.
 *
 * <p>The owner must not close it while another thread still uses its number: Linux would hand the
 * number to the next open. Reads and writes are safe from any thread.
 */
public final class Descriptor implements AutoCloseable {
  private static final int CLOSED = -1;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC = 0x7FF;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int PATH_MAXIMUM = 4096;
  private static final VarHandle NUMBER;

  static {
    try {
      NUMBER = MethodHandles.lookup().findVarHandle(Descriptor.class, "number", int.class);
    } catch (ReflectiveOperationException missing) {
      throw new ExceptionInInitializerError(missing);
    }
  }

  @SuppressWarnings("UnusedVariable") // written through NUMBER
  private volatile int number;

  private Descriptor(int number) {
    this.number = number;
  }

  /**
   * Takes ownership of an open descriptor number.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static Descriptor own(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a descriptor: " + number);
    }
    return new Descriptor(number);
  }

  /**
   * Opens a path, openat(2), close-on-exec always.
   *
   * @param flags bits of {@link OpenFlag}
   * @param mode permission bits of a created file, 0 otherwise
   */
  public static Descriptor open(Path path, int flags, int mode) throws LinuxException {
    byte[] name = PathBytes.terminated(path);
    return openAt(OpenFlag.CURRENT_DIRECTORY, name, path.toString(), flags, mode);
  }

  /** Opens a path relative to this directory, openat(2), close-on-exec always. */
  public Descriptor openAt(String path, int flags, int mode) throws LinuxException {
    byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
    return openAt(raw(), name, path, flags, mode);
  }

  private static Descriptor openAt(int directory, byte[] name, String shown, int flags, int mode)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      long result;
      do {
        result =
            SystemCall.invoke(
                Call.OPENAT,
                directory,
                arena.allocateFrom(ValueLayout.JAVA_BYTE, name).address(),
                flags | OpenFlag.CLOSE_ON_EXEC,
                mode);
      } while (Errno.EINTR.is(result));
      return own((int) LinuxException.check("openat " + shown, result));
    }
  }

  /**
   * The number, for a call.
   *
   * @throws IllegalStateException after close or release
   */
  public int raw() {
    int current = number;
    if (current == CLOSED) {
      throw new IllegalStateException("the descriptor is closed");
    }
    return current;
  }

  /** Whether it is neither closed nor released. */
  public boolean isOpen() {
    return number != CLOSED;
  }

  /** Gives up ownership and returns the number; the caller closes it. */
  public int release() {
    int last = (int) NUMBER.getAndSet(this, CLOSED);
    if (last == CLOSED) {
      throw new IllegalStateException("the descriptor is closed");
    }
    return last;
  }

  /**
   * Closes the descriptor; a second call does nothing. Linux releases the number whatever close(2)
   * answers, so only {@code EBADF}, a bug of this process, is reported.
   *
   * @throws IllegalStateException when the number was closed behind this object's back
   */
  @Override
  public void close() {
    int last = (int) NUMBER.getAndSet(this, CLOSED);
    if (last != CLOSED) {
      closeRaw(last);
    }
  }

  /** Closes a raw number, close(2). */
  public static void closeRaw(int number) {
    long result = SystemCall.invoke(Call.CLOSE, number);
    if (Errno.EBADF.is(result)) {
      throw new IllegalStateException("descriptor " + number + " was not open");
    }
  }

  /** A second descriptor on the same open file, with a number of at least {@code minimum}. */
  public Descriptor duplicate(int minimum) throws LinuxException {
    return duplicateRaw(raw(), minimum);
  }

  /** As {@link #duplicate(int)}, of a raw number such as 2. */
  public static Descriptor duplicateRaw(int number, int minimum) throws LinuxException {
    return own(
        (int)
            LinuxException.check(
                "fcntl F_DUPFD_CLOEXEC of " + number,
                SystemCall.invoke(Call.FCNTL, number, F_DUPFD_CLOEXEC, minimum)));
  }

  /** A second descriptor on the same open file, close-on-exec. */
  public Descriptor duplicate() throws LinuxException {
    return duplicate(3);
  }

  /** Access mode and status flags ({@link OpenFlag}) or a negative error, fcntl(2) F_GETFL. */
  public int statusFlags() {
    return (int) SystemCall.invoke(Call.FCNTL, raw(), F_GETFL);
  }

  /** Sets the status flags; 0 or a negative error, fcntl(2) F_SETFL. */
  public int setStatusFlags(int flags) {
    return (int) SystemCall.invoke(Call.FCNTL, raw(), F_SETFL, flags);
  }

  /**
   * Reads into native memory, read(2).
   *
   * @return bytes read, 0 at the end, or a negative error
   */
  public long read(MemorySegment into) {
    return SystemCall.invoke(Call.READ, raw(), nativeAddress(into), into.byteSize());
  }

  /** Writes from native memory, write(2): bytes written or a negative error. */
  public long write(MemorySegment from) {
    return SystemCall.invoke(Call.WRITE, raw(), nativeAddress(from), from.byteSize());
  }

  /** Reads at an offset into native memory, pread64(2): bytes read or a negative error. */
  public long read(long offset, MemorySegment into) {
    return SystemCall.invoke(Call.PREAD64, raw(), nativeAddress(into), into.byteSize(), offset);
  }

  /** Writes at an offset from native memory, pwrite64(2): bytes written or a negative error. */
  public long write(long offset, MemorySegment from) {
    return SystemCall.invoke(Call.PWRITE64, raw(), nativeAddress(from), from.byteSize(), offset);
  }

  private static long nativeAddress(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("the kernel needs native memory, not an array");
    }
    return segment.address();
  }

  /** Writes all the bytes, in as many calls as it takes. */
  public void writeFully(byte[] bytes) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      long done = 0;
      while (done < bytes.length) {
        long result = write(source.asSlice(done));
        if (!Errno.EINTR.is(result)) {
          done += LinuxException.check("write", result);
        }
      }
    }
  }

  /** Reads to the end of the file, but at most {@code limit} bytes; the rest stays unread. */
  public byte[] readFully(int limit) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(Math.max(limit, 1));
      long done = 0;
      while (done < limit) {
        long result = read(target.asSlice(done, limit - done));
        if (result == 0) {
          break;
        }
        if (!Errno.EINTR.is(result)) {
          done += LinuxException.check("read", result);
        }
      }
      return target.asSlice(0, done).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** What statx(2) says of the open file. */
  public FileStatus status() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Layouts.Status.SIZE, 8);
      LinuxException.check(
          "statx",
          SystemCall.invoke(
              Call.STATX,
              raw(),
              arena.allocateFrom("").address(),
              AT_EMPTY_PATH,
              STATX_BASIC,
              buffer.address()));
      return FileStatus.decode(buffer);
    }
  }

  /** The magic number of the file system, {@code f_type} of fstatfs(2). */
  public long fileSystemType() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Layouts.FileSystemStatus.SIZE, 8);
      LinuxException.check("fstatfs", SystemCall.invoke(Call.FSTATFS, raw(), buffer.address()));
      return buffer.get(ValueLayout.JAVA_LONG, Layouts.FileSystemStatus.TYPE);
    }
  }

  /** Sets permission bits, fchmod(2). */
  public void setPermissions(int mode) throws LinuxException {
    LinuxException.check("fchmod", SystemCall.invoke(Call.FCHMOD, raw(), mode));
  }

  /** Sets the length in bytes, ftruncate(2). */
  public void truncate(long length) throws LinuxException {
    LinuxException.check(
        "ftruncate to " + length, SystemCall.invoke(Call.FTRUNCATE, raw(), length));
  }

  /** The path by which a child or this process may open the same file again. */
  public Path procPath() {
    return Path.of("/proc/self/fd", Integer.toString(raw()));
  }

  /** What the kernel calls the open file, readlink(2) on {@link #procPath}: for messages only. */
  public String target() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(PATH_MAXIMUM);
      long length =
          LinuxException.check(
              "readlink",
              SystemCall.invoke(
                  Call.READLINKAT,
                  OpenFlag.CURRENT_DIRECTORY,
                  arena.allocateFrom(procPath().toString()).address(),
                  buffer.address(),
                  PATH_MAXIMUM));
      return new String(
          buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
  }

  @Override
  public String toString() {
    int current = number;
    return current == CLOSED ? "Descriptor[closed]" : "Descriptor[" + current + "]";
  }
}
