// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Bytes in memory, in pieces, so that no array grows with what a document claims. */
public final class MemoryContent implements Content {
  private static final int PIECE = 64 * 1024;

  private final List<byte[]> pieces = new ArrayList<>();
  private long size;

  private MemoryContent() {}

  /** Everything that the stream gives; whoever made the stream counts its bytes. */
  public static MemoryContent of(InputStream stream) throws IOException {
    MemoryContent content = new MemoryContent();
    while (true) {
      byte[] piece = stream.readNBytes(PIECE);
      if (piece.length > 0) {
        content.pieces.add(piece);
        content.size += piece.length;
      }
      if (piece.length < PIECE) {
        return content;
      }
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (position >= size) {
      return -1;
    }
    byte[] piece = pieces.get((int) (position / PIECE));
    int within = (int) (position % PIECE);
    int count = Math.min(length, piece.length - within);
    System.arraycopy(piece, within, into, offset, count);
    return count;
  }
}
