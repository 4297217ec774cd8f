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
import java.util.function.Supplier;

/**
 * Decodes text of unknown encoding in one pass: UTF-16 by its mark, UTF-8 if every byte of it is
 * right, else ISO-8859-1. The two guesses run side by side, so a stream is read once.
 */
public final class TextDecoder {
  private static final int CHUNK = 16 * 1024;

  private TextDecoder() {}

  /** Feeds everything into sinks of the given kind and returns the one whose encoding was right. */
  public static <S extends CharSink> S decode(InputStream bytes, Supplier<S> sinks)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    int length = bytes.readNBytes(chunk, 0, CHUNK);
    if (length >= 2 && startsUtf16(chunk)) {
      Run<S> utf16 = new Run<>(StandardCharsets.UTF_16, CodingErrorAction.REPLACE, sinks.get());
      feed(bytes, chunk, length, utf16, utf16);
      return utf16.sink;
    }
    Run<S> utf8 = new Run<>(StandardCharsets.UTF_8, CodingErrorAction.REPORT, sinks.get());
    Run<S> latin1 = new Run<>(StandardCharsets.ISO_8859_1, CodingErrorAction.REPLACE, sinks.get());
    feed(bytes, chunk, length, utf8, latin1);
    return utf8.failed ? latin1.sink : utf8.sink;
  }

  private static boolean startsUtf16(byte[] chunk) {
    return (chunk[0] == (byte) 0xfe && chunk[1] == (byte) 0xff)
        || (chunk[0] == (byte) 0xff && chunk[1] == (byte) 0xfe);
  }

  private static void feed(InputStream bytes, byte[] chunk, int first, Run<?> one, Run<?> other)
      throws IOException {
    int length = first;
    while (length > 0) {
      one.accept(chunk, length);
      if (other != one) {
        other.accept(chunk, length);
      }
      length = bytes.readNBytes(chunk, 0, CHUNK);
    }
    one.end();
    if (other != one) {
      other.end();
    }
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

    void accept(byte[] chunk, int length) {
      pending.put(chunk, 0, length).flip();
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
