// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import portunus.example.inspector.service.text.TextDecoder;
import portunus.example.inspector.service.text.TextKind;
import portunus.example.inspector.service.text.WordCount;

/** An entry that may be text: its words are counted, other bytes are only read to their end. */
final class PackedText {
  private static final int HEAD = 64 * 1024;

  private PackedText() {}

  static long words(InputStream bytes) throws IOException {
    byte[] head = bytes.readNBytes(HEAD);
    if (TextKind.of(head) == TextKind.BINARY) {
      bytes.transferTo(OutputStream.nullOutputStream());
      return 0;
    }
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), bytes);
    return TextDecoder.decode(all, new WordCount(0)).words();
  }
}
