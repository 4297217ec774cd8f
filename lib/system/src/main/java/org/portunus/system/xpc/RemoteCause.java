// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.util.List;

/**
 * What a service said of an exception of its own: the cause of the {@code PortunusException} that
 * its client gets. Text for people, told by the service: nothing about it was checked, and no
 * decision may rest on it. Control characters are escaped, and what is long is cut.
 *
 * <p>It has no stack trace of this process. Its message has a line for each frame, so that what
 * prints a stack trace prints it.
 */
public final class RemoteCause extends Exception {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final String text;
  private final transient List<String> frames;

  /**
   * @param type the name of a class
   * @param text the message, empty without one
   * @param frames the first frames of the stack
   * @param cause the cause of it there
   */
  public RemoteCause(String type, String text, List<String> frames, List<RemoteCause> cause) {
    super(print(type, text, frames), cause.isEmpty() ? null : cause.getFirst(), false, false);
    this.type = type;
    this.text = text;
    this.frames = List.copyOf(frames);
  }

  private static String print(String type, String text, List<String> frames) {
    StringBuilder out = new StringBuilder("told by the service: ").append(type);
    if (!text.isEmpty()) {
      out.append(": ").append(text);
    }
    frames.forEach(frame -> out.append("\n\t| at ").append(frame));
    return out.toString();
  }

  /** The name of the class of the exception, as the service told it. */
  public String type() {
    return type;
  }

  /** Its message, as the service told it; empty if it has none. */
  public String text() {
    return text;
  }

  /** The first frames of its stack, as the service told them. */
  public List<String> frames() {
    return frames;
  }
}
