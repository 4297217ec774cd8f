// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes text of unknown encoding in one pass: UTF-16 by its mark, UTF-8 if every byte of it is
 * right, else ISO-8859-1. As long as all is ASCII the two guesses are one; from the first other
 * byte on both run side by side.
 */
public final class TextDecoder {
  private static final int CHUNK = 16 * 1024;

  private TextDecoder() {}

  /** Feeds everything into the sink and returns it, or the fork of it whose encoding was right. */
  public static <S extends CharSink.Forking<S>> S decode(InputStream bytes, S sink)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    int length = bytes.readNBytes(chunk, 0, CHUNK);
    if (length >= 2 && startsUtf16(chunk)) {
      Run<S> utf16 = new Run<>(StandardCharsets.UTF_16, CodingErrorAction.REPLACE, sink);
      while (length > 0) {
        utf16.accept(chunk, 0, length);
        length = bytes.readNBytes(chunk, 0, CHUNK);
      }
      utf16.end();
      return sink;
    }
    char[] ascii = new char[CHUNK];
    while (length > 0) {
      int plain = asciiPrefix(chunk, length, ascii);
      sink.accept(ascii, 0, plain);
      if (plain < length) {
        return guess(bytes, chunk, plain, length, sink);
      }
      length = bytes.readNBytes(chunk, 0, CHUNK);
    }
    return sink;
  }

  private static boolean startsUtf16(byte[] chunk) {
    return (chunk[0] == (byte) 0xfe && chunk[1] == (byte) 0xff)
        || (chunk[0] == (byte) 0xff && chunk[1] == (byte) 0xfe);
  }

  private static int asciiPrefix(byte[] chunk, int length, char[] into) {
    int i = 0;
    while (i < length && chunk[i] >= 0) {
      into[i] = (char) chunk[i];
      i++;
    }
    return i;
  }

  private static <S extends CharSink.Forking<S>> S guess(
      InputStream bytes, byte[] chunk, int from, int end, S sink) throws IOException {
    Run<S> utf8 = new Run<>(StandardCharsets.UTF_8, CodingErrorAction.REPORT, sink);
    Run<S> latin1 = new Run<>(StandardCharsets.ISO_8859_1, CodingErrorAction.REPLACE, sink.fork());
    int offset = from;
    int length = end;
    while (length > 0) {
      utf8.accept(chunk, offset, length - offset);
      latin1.accept(chunk, offset, length - offset);
      offset = 0;
      length = bytes.readNBytes(chunk, 0, CHUNK);
    }
    utf8.end();
    latin1.end();
    return utf8.failed ? latin1.sink : utf8.sink;
  }

  private static final class Run<S extends CharSink> {
    private final CharsetDecoder decoder;
    private final S sink;
    private final ByteBuffer pending = ByteBuffer.allocate(CHUNK + 16);
    private final CharBuffer decoded = CharBuffer.allocate(CHUNK);
    private boolean failed;

    Run(Charset charset, CodingErrorAction onError, S sink) {
      decoder = charset.newDecoder().onMalformedInput(onError).onUnmappableCharacter(onError);
      this.sink = sink;
    }

    void accept(byte[] chunk, int offset, int length) {
      pending.put(chunk, offset, length).flip();
      drain(false);
      pending.compact();
    }

    void end() {
      pending.flip();
      drain(true);
    }

    private void drain(boolean atEnd) {
      while (!failed) {
        CoderResult result = decoder.decode(pending, decoded, atEnd);
        sink.accept(decoded.array(), 0, decoded.position());
        decoded.clear();
        if (result.isError()) {
          failed = true;
        } else if (result.isUnderflow()) {
          return;
        }
      }
      pending.position(pending.limit());
    }
  }
}
