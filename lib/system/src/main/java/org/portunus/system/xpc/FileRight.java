// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileType;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;
import org.portunus.system.xpc.wire.HeldDescriptor;

/**
 * A right to read one file, which can be passed in a call. It is an open descriptor: of a regular
 * file opened for reading only, or of a fully sealed memory file. Nothing else becomes a file
 * right, at neither end.
 *
 * <p><b>Who closes it.</b>
 *
 * <ul>
 *   <li>As an argument it stays the caller's, who closes it when it likes, during the call too.
 *   <li>The implementation of a service may use an argument until its method returns; then it is
 *       closed. One that wants it for longer calls {@link #keep} and closes it itself.
 *   <li>A right returned by an implementation is given away: it is closed when the reply was sent.
 *       Return a {@link #duplicate} of one that is still needed.
 *   <li>A right got as a result is the caller's to close.
 * </ul>
 *
 * A right that is forgotten is closed when it is collected.
 *
 * <p>Safe for use by several threads. A close while others read takes effect when they are done.
 *
 * <p>Another holder of the file may change its content and its size while it is read, unless it is
 * sealed: copy once, then check.
 */
public final class FileRight implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int CHUNK = 256 * 1024;
  private static final Set<Seal> FULL_SEAL =
      EnumSet.of(Seal.WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL);

  private final HeldDescriptor held;

  private FileRight(HeldDescriptor held) {
    this.held = held;
    CLEANER.register(this, held::close);
  }

  /**
   * Opens a regular file for reading; symbolic links are followed.
   *
   * @throws IOException when the file can't be opened
   * @throws PortunusException RIGHT_REFUSED when it is not a regular file
   */
  public static FileRight open(Path path) throws IOException {
    return ofDescriptor(
        Descriptor.open(
            path,
            OpenFlag.READ_ONLY | OpenFlag.NON_BLOCKING | OpenFlag.NO_CONTROLLING_TERMINAL,
            0));
  }

  /**
   * Takes ownership of a descriptor, and closes it if it is refused.
   *
   * @throws PortunusException RIGHT_REFUSED unless it is a regular file open for reading only, or a
   *     fully sealed memory file
   */
  public static FileRight ofDescriptor(Descriptor descriptor) {
    String refusal = refusalOf(descriptor);
    if (!refusal.isEmpty()) {
      descriptor.close();
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, refusal);
    }
    return new FileRight(new HeldDescriptor(descriptor));
  }

  private static String refusalOf(Descriptor descriptor) {
    int flags = descriptor.statusFlags();
    if (flags < 0) {
      return "fcntl F_GETFL: error " + -flags;
    }
    if ((flags & OpenFlag.PATH) != 0) {
      return "the descriptor is only a path (O_PATH)";
    }
    try {
      FileType type = descriptor.status().type();
      if (type != FileType.REGULAR) {
        return "not a regular file but: " + type;
      }
    } catch (LinuxException failure) {
      return String.valueOf(failure.getMessage());
    }
    boolean readOnly = (flags & OpenFlag.ACCESS_MODE) == OpenFlag.READ_ONLY;
    return readOnly || isSealed(descriptor)
        ? ""
        : "open for writing, and not a fully sealed memory file";
  }

  private static boolean isSealed(Descriptor descriptor) {
    int seals = MemoryFile.sealBits(descriptor.raw());
    return seals >= 0 && (seals & MemoryFile.FULLY_SEALED) == MemoryFile.FULLY_SEALED;
  }

  /**
   * A copy of the content in a fully sealed memory file, for machines whose Landlock can't keep a
   * receiver from reopening the file itself. A right that is sealed already is duplicated.
   *
   * @param limit the most bytes to copy
   * @throws PortunusException LIMIT_MEMORY when the file is larger
   */
  public FileRight sealedCopy(long limit) throws IOException {
    Descriptor descriptor = held.hold();
    try {
      if (isSealed(descriptor)) {
        return ofDescriptor(descriptor.duplicate());
      }
      return ofDescriptor(copy(descriptor, limit));
    } finally {
      held.unhold();
    }
  }

  private static Descriptor copy(Descriptor from, long limit) throws IOException {
    MemoryFile copy = MemoryFile.create("portunus-file-right");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(CHUNK);
      long done = 0;
      while (true) {
        long read = read(from, done, chunk);
        if (read == 0) {
          copy.addSeals(FULL_SEAL);
          return copy.descriptor();
        }
        if (read > limit - done) {
          throw new PortunusException(
              ErrorCode.LIMIT_MEMORY, "the file is larger than the " + limit + " bytes to copy");
        }
        copy.write(done, chunk.asSlice(0, read));
        done += read;
      }
    } catch (IOException | PortunusException failure) {
      copy.close();
      throw failure;
    }
  }

  /** A second right to the same file, closed on its own. */
  public FileRight duplicate() throws IOException {
    Descriptor descriptor = held.hold();
    try {
      return new FileRight(new HeldDescriptor(descriptor.duplicate()));
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
  public FileRight keep() {
    held.keep();
    return this;
  }

  /** Bytes of the file now. */
  public long size() throws IOException {
    Descriptor descriptor = held.hold();
    try {
      return descriptor.status().size();
    } finally {
      held.unhold();
    }
  }

  /**
   * Reads at a position, pread(2); the file's own position is shared with others and not used.
   *
   * @return the bytes read into the buffer, at least 1 unless it has no room; -1 at the end
   */
  public int read(long position, ByteBuffer into) throws IOException {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position);
    }
    int room = into.remaining();
    if (room == 0) {
      return 0;
    }
    Descriptor descriptor = held.hold();
    try (Arena arena = Arena.ofConfined()) {
      int read;
      if (into.isDirect()) {
        read = (int) read(descriptor, position, MemorySegment.ofBuffer(into));
      } else {
        MemorySegment chunk = arena.allocate(Math.min(room, CHUNK));
        read = (int) read(descriptor, position, chunk);
        MemorySegment.ofBuffer(into).copyFrom(chunk.asSlice(0, read));
      }
      into.position(into.position() + read);
      return read == 0 ? -1 : read;
    } finally {
      held.unhold();
    }
  }

  /** As {@link #read(long, ByteBuffer)}, into a range of an array. */
  public int read(long position, byte[] into, int offset, int length) throws IOException {
    return read(position, ByteBuffer.wrap(into, offset, length));
  }

  private static long read(Descriptor from, long position, MemorySegment into) throws IOException {
    while (true) {
      long result = from.read(position, into);
      if (!Errno.EINTR.is(result)) {
        return LinuxException.check("pread", result);
      }
    }
  }

  /** A new stream from the beginning. Closing it leaves this right open. */
  public InputStream inputStream() {
    return new FileRightStream(this);
  }

  /** A new read-only channel with a position of its own. Closing it leaves this right open. */
  public SeekableByteChannel channel() {
    return new FileRightChannel(this);
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
