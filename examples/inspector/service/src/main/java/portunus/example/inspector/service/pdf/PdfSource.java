// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.pdf;

import java.io.IOException;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadView;
import portunus.example.inspector.service.content.Content;

/** A content as PDFBox wants it, through one window of memory. */
final class PdfSource implements RandomAccessRead {
  private static final int WINDOW = 16 * 1024;

  private final Content content;
  private final long length;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private int windowLength;
  private long position;
  private boolean closed;

  PdfSource(Content content) throws IOException {
    this.content = content;
    length = content.size();
  }

  @Override
  public int read() throws IOException {
    if (!fill()) {
      return -1;
    }
    int value = window[(int) (position - windowStart)] & 0xff;
    position++;
    return value;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int within = (int) (position - windowStart);
    int available = Math.min(count, windowLength - within);
    System.arraycopy(window, within, into, offset, available);
    position += available;
    return available;
  }

  /** Keeps some bytes before the position in the window, because parsers step back often. */
  private boolean fill() throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    if (position >= windowStart && position < windowStart + windowLength) {
      return true;
    }
    if (position >= length) {
      return false;
    }
    windowStart = Math.max(0, position - WINDOW / 4);
    windowLength = 0;
    while (windowStart + windowLength <= position) {
      int read =
          content.read(windowStart + windowLength, window, windowLength, WINDOW - windowLength);
      if (read <= 0) {
        return false;
      }
      windowLength += read;
    }
    return true;
  }

  @Override
  public long getPosition() {
    return position;
  }

  @Override
  public void seek(long target) throws IOException {
    if (target < 0) {
      throw new IOException("position " + target);
    }
    position = Math.min(target, length);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean isEOF() {
    return position >= length;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public RandomAccessReadView createView(long start, long count) throws IOException {
    return new RandomAccessReadView(this, start, count);
  }

  @Override
  public void close() {
    closed = true;
  }
}
