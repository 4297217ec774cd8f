// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A range of a content, in order. For one thread; wrap it where bytes are read one by one. */
final class ContentStream extends InputStream {
  private static final int BUFFER = 64 * 1024;

  private final BufferedInputStream buffered;

  ContentStream(Content content, long from, long length) {
    buffered = new BufferedInputStream(new Range(content, from, length), BUFFER);
  }

  @Override
  public int read() throws IOException {
    return buffered.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return buffered.read(into, offset, length);
  }

  private static final class Range extends InputStream {
    private final Content content;
    private final byte[] one = new byte[1];
    private long position;
    private long left;

    Range(Content content, long from, long length) {
      this.content = content;
      position = from;
      left = length;
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
      int read =
          left == 0 ? -1 : content.read(position, into, offset, (int) Math.min(length, left));
      if (read > 0) {
        position += read;
        left -= read;
      }
      return read;
    }
  }
}
