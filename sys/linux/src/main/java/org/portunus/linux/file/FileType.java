// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

/** The kinds of file that {@code st_mode} tells apart, inode(7). */
public enum FileType {
  FIFO(0x1000),
  CHARACTER_DEVICE(0x2000),
  DIRECTORY(0x4000),
  BLOCK_DEVICE(0x6000),
  REGULAR(0x8000),
  SYMBOLIC_LINK(0xA000),
  SOCKET(0xC000),
  /** Files without a type: eventfd, epoll, pidfd and their kind. */
  ANONYMOUS(0);

  private static final int MASK = 0xF000;

  private final int bits;

  FileType(int bits) {
    this.bits = bits;
  }

  static FileType of(int mode) {
    for (FileType type : values()) {
      if (type.bits == (mode & MASK)) {
        return type;
      }
    }
    throw new IllegalArgumentException("no file type in mode " + Integer.toOctalString(mode));
  }
}
