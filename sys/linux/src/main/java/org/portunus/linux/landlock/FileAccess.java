// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.landlock;

import java.util.EnumSet;
import java.util.Set;

/** The accesses to files that a ruleset can handle, landlock(7). */
public enum FileAccess {
  EXECUTE(0, 1),
  WRITE_FILE(1, 1),
  READ_FILE(2, 1),
  READ_DIRECTORY(3, 1),
  REMOVE_DIRECTORY(4, 1),
  REMOVE_FILE(5, 1),
  MAKE_CHARACTER_DEVICE(6, 1),
  MAKE_DIRECTORY(7, 1),
  MAKE_REGULAR(8, 1),
  MAKE_SOCKET(9, 1),
  MAKE_FIFO(10, 1),
  MAKE_BLOCK_DEVICE(11, 1),
  MAKE_SYMBOLIC_LINK(12, 1),
  /** Rename and link between directories. */
  REFER(13, 2),
  TRUNCATE(14, 3),
  IOCTL_DEVICE(15, 5);

  private final int bit;
  private final int since;

  FileAccess(int bit, int since) {
    this.bit = bit;
    this.since = since;
  }

  /** The first ABI version that knows it. */
  public int since() {
    return since;
  }

  /** The accesses that this ABI version handles. */
  public static Set<FileAccess> handledBy(int abi) {
    EnumSet<FileAccess> known = EnumSet.allOf(FileAccess.class);
    known.removeIf(access -> access.since > abi);
    return known;
  }

  /** Reading files and listing directories. */
  public static Set<FileAccess> reading() {
    return EnumSet.of(READ_FILE, READ_DIRECTORY);
  }

  /** The accesses that a rule on a file that is no directory may name. */
  public static Set<FileAccess> ofFiles() {
    return EnumSet.of(EXECUTE, WRITE_FILE, READ_FILE, TRUNCATE, IOCTL_DEVICE);
  }

  /** The kernel's bits, without those that this ABI version does not know. */
  public static long mask(Set<FileAccess> accesses, int abi) {
    long mask = 0;
    for (FileAccess access : accesses) {
      if (access.since <= abi) {
        mask |= 1L << access.bit;
      }
    }
    return mask;
  }
}
