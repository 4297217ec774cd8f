// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.log.LogText;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.xpc.RemoteCause;

/**
 * An exception as it travels from a service to its client, with what caused it: u8 parts; of each
 * string class, string message, u8 frames, a string of each frame.
 */
record RemoteTrace(List<Part> parts) {
  /** Of an error that no exception has caused. */
  static final RemoteTrace NONE = new RemoteTrace(List.of());

  /** Most exceptions of a chain of causes. */
  static final int MAX_PARTS = 4;

  static final int MAX_FRAMES = 12;
  static final int MAX_NAME = 256;
  static final int MAX_MESSAGE = 1024;

  /** One exception. */
  record Part(String type, String message, List<String> frames) {}

  /** Of an exception of this process; whatever its own methods throw is left out. */
  static RemoteTrace of(Throwable thrown) {
    List<Part> parts = new ArrayList<>();
    try {
      Throwable each = thrown;
      for (int i = 0; i < MAX_PARTS && each != null; i++) {
        parts.add(part(each));
        each = each.getCause();
      }
    } catch (RuntimeException silent) {
      parts.add(new Part(silent.getClass().getName(), "while the trace was read", List.of()));
    }
    return new RemoteTrace(parts.subList(0, Math.min(MAX_PARTS, parts.size())));
  }

  private static Part part(Throwable thrown) {
    String message = thrown.getMessage();
    List<String> frames = new ArrayList<>();
    StackTraceElement[] stack = thrown.getStackTrace();
    for (int i = 0; i < Math.min(MAX_FRAMES, stack.length); i++) {
      frames.add(start(stack[i].toString(), MAX_NAME));
    }
    return new Part(
        start(thrown.getClass().getName(), MAX_NAME),
        start(message == null ? "" : message, MAX_MESSAGE),
        frames);
  }

  private static String start(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  void write(WireWriter out) {
    out.u8(parts.size());
    for (Part part : parts) {
      out.text(part.type(), MAX_NAME).text(part.message(), MAX_MESSAGE).u8(part.frames().size());
      part.frames().forEach(frame -> out.text(frame, MAX_NAME));
    }
  }

  static RemoteTrace read(WireReader in) throws MalformedFrameException {
    List<Part> parts = new ArrayList<>();
    for (int left = count(in, "causes", MAX_PARTS); left > 0; left--) {
      String type = in.string("class of a cause", MAX_NAME);
      String message = in.string("message of a cause", MAX_MESSAGE);
      List<String> frames = new ArrayList<>();
      for (int more = count(in, "frames", MAX_FRAMES); more > 0; more--) {
        frames.add(in.string("frame", MAX_NAME));
      }
      parts.add(new Part(type, message, List.copyOf(frames)));
    }
    return new RemoteTrace(List.copyOf(parts));
  }

  private static int count(WireReader in, String what, int most) throws MalformedFrameException {
    int count = in.u8(what);
    if (count > most) {
      throw new MalformedFrameException(count + " " + what);
    }
    return count;
  }

  /** For the client's exception; none for a trace of nothing. */
  List<RemoteCause> causes() {
    List<RemoteCause> inner = List.of();
    for (Part part : parts.reversed()) {
      inner =
          List.of(
              new RemoteCause(
                  LogText.escape(part.type()),
                  LogText.escape(part.message()),
                  part.frames().stream().map(LogText::escape).toList(),
                  inner));
    }
    return inner;
  }
}
