// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import org.portunus.linux.arch.Layouts;

/**
 * What statx(2) says of a file.
 *
 * @param type what kind of file it is
 * @param permissions the twelve permission bits
 * @param links number of names; 0 for a memfd or an unlinked file
 * @param size bytes
 * @param allocated bytes that it takes
 * @param device the file system's device, major number in the upper half
 * @param modified time of the last change of content
 */
public record FileStatus(
    FileType type,
    int permissions,
    int links,
    int uid,
    int gid,
    long size,
    long allocated,
    long device,
    long inode,
    Instant modified) {

  private static final long BLOCK = 512;

  static FileStatus decode(MemorySegment statx) {
    int mode = statx.get(ValueLayout.JAVA_SHORT, Layouts.Status.MODE) & 0xFFFF;
    long major = statx.get(ValueLayout.JAVA_INT, Layouts.Status.DEVICE_MAJOR);
    long minor =
        Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, Layouts.Status.DEVICE_MINOR));
    return new FileStatus(
        FileType.of(mode),
        mode & 0xFFF,
        statx.get(ValueLayout.JAVA_INT, Layouts.Status.LINKS),
        statx.get(ValueLayout.JAVA_INT, Layouts.Status.UID),
        statx.get(ValueLayout.JAVA_INT, Layouts.Status.GID),
        statx.get(ValueLayout.JAVA_LONG, Layouts.Status.LENGTH),
        statx.get(ValueLayout.JAVA_LONG, Layouts.Status.BLOCKS) * BLOCK,
        major << 32 | minor,
        statx.get(ValueLayout.JAVA_LONG, Layouts.Status.INODE),
        Instant.ofEpochSecond(
            statx.get(ValueLayout.JAVA_LONG, Layouts.Status.MODIFIED_SECONDS),
            statx.get(ValueLayout.JAVA_INT, Layouts.Status.MODIFIED_NANOSECONDS)));
  }
}
