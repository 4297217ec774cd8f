// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;
import portunus.example.inspector.service.content.Content;

/** A content as ImageIO wants it: any position, no cache file, one window of memory. */
final class ImageContentStream extends ImageInputStreamImpl {
  private static final int WINDOW = 64 * 1024;

  private final Content content;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private int windowLength;

  ImageContentStream(Content content) {
    this.content = content;
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    if (!fill()) {
      return -1;
    }
    int value = window[(int) (streamPos - windowStart)] & 0xff;
    streamPos++;
    return value;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int within = (int) (streamPos - windowStart);
    int count = Math.min(length, windowLength - within);
    System.arraycopy(window, within, into, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    try {
      return content.size();
    } catch (IOException unknown) {
      return -1;
    }
  }

  private boolean fill() throws IOException {
    if (streamPos >= windowStart && streamPos < windowStart + windowLength) {
      return true;
    }
    windowStart = streamPos;
    windowLength = Math.max(0, content.read(streamPos, window, 0, WINDOW));
    return windowLength > 0;
  }
}
