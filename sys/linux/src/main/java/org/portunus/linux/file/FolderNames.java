// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/**
 * The names in an open folder as the bytes that they are, getdents64(2). Java's own listing depends
 * on the locale.
 *
 * <pre>
 *   struct linux_dirent64: +0 u64 inode, +8 i64 next, +16 u16 length, +18 u8 type, +19 name, 0
 * </pre>
 */
public final class FolderNames {
  private static final int BUFFER = 32 * 1024;
  private static final int LENGTH_AT = 16;
  private static final int NAME_AT = 19;

  private FolderNames() {}

  /**
   * All names but "." and "..", in the folder's own order.
   *
   * @param folder freshly opened: it is read from where it stands
   * @param most how many names are read; the list may have one more, which says that there are more
   */
  public static List<byte[]> list(Descriptor folder, int most) throws LinuxException {
    List<byte[]> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER, 8);
      long length;
      do {
        length =
            LinuxException.check(
                "getdents64",
                SystemCall.invoke(Call.GETDENTS64, folder.raw(), buffer.address(), BUFFER));
        long at = 0;
        while (at < length && names.size() <= most) {
          byte[] name = name(buffer, at + NAME_AT);
          if (!isDots(name)) {
            names.add(name);
          }
          at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + LENGTH_AT));
        }
      } while (length > 0 && names.size() <= most);
    }
    return names;
  }

  private static byte[] name(MemorySegment buffer, long from) {
    long end = from;
    while (buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
      end++;
    }
    return buffer.asSlice(from, end - from).toArray(ValueLayout.JAVA_BYTE);
  }

  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }
}
