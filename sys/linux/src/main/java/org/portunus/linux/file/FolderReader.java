// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/**
 * Reads many small files below one folder that is held open, such as a process's in procfs: three
 * system calls each and one buffer for all. Of a process that has ended every reading fails, also
 * when its number is another's by then.
 *
 * <p>Names are relative to the folder. Text is what the bytes are in ISO 8859-1. One thread only.
 */
public final class FolderReader implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private static final int LONGEST_NAME = 4096;

  private final Descriptor folder;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment name = arena.allocate(LONGEST_NAME);
  private final MemorySegment buffer = arena.allocate(BUFFER, 8);

  private FolderReader(Descriptor folder) {
    this.folder = folder;
  }

  public static FolderReader open(Path folder) throws LinuxException {
    return new FolderReader(Descriptor.open(folder, OpenFlag.READ_ONLY | OpenFlag.DIRECTORY, 0));
  }

  /**
   * The whole of a file.
   *
   * @throws LinuxException EFBIG beyond 64 KiB
   */
  public String text(String file) throws LinuxException {
    try (Descriptor open = open(file, OpenFlag.READ_ONLY)) {
      long done = 0;
      while (true) {
        long result = open.read(buffer.asSlice(done));
        if (result == 0) {
          return text(done);
        }
        if (!Errno.EINTR.is(result)) {
          done += LinuxException.check("read", result);
        }
        if (done == BUFFER) {
          throw new LinuxException("read " + file, -Errno.EFBIG.number());
        }
      }
    }
  }

  private String text(long length) {
    return new String(
        buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /** Where a symbolic link points to, readlinkat(2). */
  public String link(String link) throws LinuxException {
    return text(
        LinuxException.check(
            "readlinkat",
            SystemCall.invoke(
                Call.READLINKAT, folder.raw(), address(link), buffer.address(), BUFFER)));
  }

  /** The names in a folder below this one. */
  public List<String> names(String below, int most) throws LinuxException {
    try (Descriptor open = open(below, OpenFlag.READ_ONLY | OpenFlag.DIRECTORY)) {
      List<String> names = new ArrayList<>();
      for (byte[] entry : FolderNames.list(open, most)) {
        names.add(new String(entry, StandardCharsets.ISO_8859_1));
      }
      return names;
    }
  }

  private Descriptor open(String file, int flags) throws LinuxException {
    long result;
    do {
      result =
          SystemCall.invoke(
              Call.OPENAT, folder.raw(), address(file), flags | OpenFlag.CLOSE_ON_EXEC, 0);
    } while (Errno.EINTR.is(result));
    if (result < 0) {
      throw new LinuxException("openat " + file, result);
    }
    return Descriptor.own((int) result);
  }

  private long address(String text) {
    name.setString(0, text, StandardCharsets.ISO_8859_1);
    return name.address();
  }

  @Override
  public void close() {
    folder.close();
    arena.close();
  }
}
