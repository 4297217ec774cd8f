// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The log of an instance, read line by line. It only grows; several may read it. */
public final class LogFile {
  /** Longer lines than any writer makes are cut here, bytes. */
  static final int MAX_LINE = 64 * 1024;

  private static final long POLL_MILLIS = 200;
  private static final int CHUNK = 64 * 1024;

  private final Path path;

  public LogFile(Path path) {
    this.path = path;
  }

  /** Gives every whole line that is there now, without its end. */
  public void read(Consumer<String> lines) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      new Splitter(lines).drain(channel);
    }
  }

  /** Like {@link #read}, then goes on with what is added until the thread is interrupted. */
  public void follow(Consumer<String> lines) throws IOException, InterruptedException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      Splitter splitter = new Splitter(lines);
      while (true) {
        splitter.drain(channel);
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (ClosedByInterruptException whileReading) {
      InterruptedException interrupted = new InterruptedException("following " + path);
      interrupted.initCause(whileReading);
      throw interrupted;
    }
  }

  /** Cuts bytes into lines; holds at most one line. */
  private static final class Splitter {
    private final Consumer<String> lines;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Splitter(Consumer<String> lines) {
      this.lines = lines;
    }

    void drain(FileChannel channel) throws IOException {
      while (channel.read(chunk.clear()) > 0) {
        chunk.flip();
        while (chunk.hasRemaining()) {
          accept(chunk.get());
        }
      }
    }

    private void accept(byte next) {
      if (next == '\n') {
        lines.accept(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else if (line.size() < MAX_LINE) {
        line.write(next);
      }
    }
  }
}
