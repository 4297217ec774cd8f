// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.SystemCall;

/**
 * A system call written as words. Arguments:
 *
 * <pre>
 *   5, -1, 0x10      the number
 *   $                the descriptor of the right
 *   $path            address of its path below /proc/self/fd
 *   'text            address of the text
 *   *64, *64:1,2     address of so many bytes, all 0 but the first 32-bit words
 *   ^path            a descriptor of the path, opened for reading; -1 if that fails
 *   %pid             the number of this process
 * </pre>
 */
final class RawCall {
  private static final int CURRENT_DIRECTORY = -100;
  private static final int ALIGNMENT = 16;
  private static final int MOST = 6;

  private final Arena arena;
  private final int right;

  RawCall(Arena arena, int right) {
    this.arena = arena;
    this.right = right;
  }

  Arena arena() {
    return arena;
  }

  int right() {
    return right;
  }

  /** Makes {@code call NAME ...} or {@code number N ...}: the value or the negative error. */
  long make(List<String> words) {
    String name = words.get(1);
    int number =
        words.getFirst().equals("number")
            ? Integer.decode(name)
            : Call.named(name)
                .orElseThrow(() -> new IllegalArgumentException("no call " + name))
                .number();
    long[] values = new long[MOST];
    for (int i = 2; i < words.size(); i++) {
      values[i - 2] = value(words.get(i));
    }
    return SystemCall.invoke(
        number, values[0], values[1], values[2], values[3], values[4], values[5]);
  }

  private long value(String word) {
    return switch (word.charAt(0)) {
      case '$' -> word.length() == 1 ? right : text("/proc/self/fd/" + right);
      case '\'' -> text(word.substring(1));
      case '*' -> buffer(word.substring(1)).address();
      case '^' -> Math.max(-1, open(word.substring(1), 0));
      case '%' -> SystemCall.invoke(Call.GETPID);
      default -> Long.decode(word);
    };
  }

  long text(String text) {
    return arena.allocateFrom(text).address();
  }

  private MemorySegment buffer(String word) {
    int colon = word.indexOf(':');
    int size = Integer.parseInt(colon < 0 ? word : word.substring(0, colon));
    MemorySegment buffer = arena.allocate(size, ALIGNMENT);
    if (colon >= 0) {
      String[] values = word.substring(colon + 1).split(",", -1);
      for (int i = 0; i < values.length; i++) {
        buffer.setAtIndex(ValueLayout.JAVA_INT, i, Integer.decode(values[i]));
      }
    }
    return buffer;
  }

  /** A descriptor, or the negative error. */
  long open(String path, int flags) {
    return SystemCall.invoke(Call.OPENAT, CURRENT_DIRECTORY, text(path), flags, 0);
  }

  /** {@code done}, or the name of the error. */
  static String name(long result) {
    return result >= 0 || result < -4095
        ? "done"
        : Errno.of((int) -result).map(Enum::name).orElse("errno" + -result);
  }
}
