// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * Attempts in the form of one line, words between blanks. The result is {@code done}, the name of
 * the error number, or the simple name of the exception.
 *
 * <pre>
 *   call NAME ARGUMENT...   a system call; see {@link RawCall} for arguments
 *   number N ARGUMENT...    the same by number
 *   WHAT ARGUMENT...        something of more than one call: {@link RawAttempts}, {@link
 *                           JavaAttempts}
 * </pre>
 *
 * Each is made on a thread of its own, so that what it changes of its thread ends with it.
 */
public final class Attempts {
  private Attempts() {}

  /** Makes one attempt; {@code right} is the descriptor of the right. */
  public static String perform(String attempt, int right) {
    String[] result = {"hung"};
    Thread thread = Thread.ofPlatform().unstarted(() -> result[0] = onThisThread(attempt, right));
    try {
      thread.start();
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return result[0];
  }

  private static String onThisThread(String attempt, int right) {
    List<String> words = List.of(attempt.split(" ", -1));
    try (Arena arena = Arena.ofConfined()) {
      RawCall raw = new RawCall(arena, right);
      return switch (words.getFirst()) {
        case "call", "number" -> RawCall.name(raw.make(words));
        case String what when what.startsWith("java.") -> JavaAttempts.make(words);
        default -> RawAttempts.make(raw, words);
      };
    }
  }
}
