// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads a file from its beginning with a position of its own. For one thread. */
final class FileRightStream extends InputStream {
  private final FileRight right;
  private final byte[] one = new byte[1];
  private long position;

  FileRightStream(FileRight right) {
    this.right = right;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int read = right.read(position, into, offset, length);
    if (read > 0) {
      position += read;
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(count, right.size() - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, right.size() - position));
  }
}
