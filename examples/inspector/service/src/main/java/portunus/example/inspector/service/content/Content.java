// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Bytes that can be read at any position: a document, or one found inside another. */
public interface Content {
  /** Bytes now; a file may change while it is read. */
  long size() throws IOException;

  /** Reads at least one byte unless {@code length} is 0; -1 at the end. */
  int read(long position, byte[] into, int offset, int length) throws IOException;

  /** A stream over everything. */
  default InputStream stream() throws IOException {
    return new ContentStream(this, 0, Long.MAX_VALUE);
  }

  /** A stream over a range, which ends early where the content does. */
  default InputStream stream(long from, long length) throws IOException {
    return new ContentStream(this, from, length);
  }

  /** The first bytes, fewer only where the content ends. */
  default byte[] head(int length) throws IOException {
    try (InputStream start = stream(0, length)) {
      return start.readNBytes(length);
    }
  }

  /** The bytes of a range; fails where the content ends before. */
  default byte[] exactly(long from, int length) throws IOException {
    try (InputStream range = stream(from, length)) {
      byte[] bytes = range.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("the content ends at " + (from + bytes.length));
      }
      return bytes;
    }
  }
}
