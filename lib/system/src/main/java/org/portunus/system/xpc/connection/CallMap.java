// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls by their numbers, which are never zero: open addressing, no garbage once it has grown. It
 * grows with what is in it, which the limits of the connection bound. Not for several threads.
 */
final class CallMap<V> {
  private long[] numbers = new long[16];
  private @Nullable Object[] values = new @Nullable Object[16];
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void put(long number, V value) {
    if (size * 2 >= numbers.length) {
      grow();
    }
    int at = find(number);
    if (numbers[at] == 0) {
      numbers[at] = number;
      size++;
    }
    values[at] = value;
  }

  @SuppressWarnings("unchecked") // only put writes values
  @Nullable V get(long number) {
    return (V) values[find(number)];
  }

  /** Takes it out, if it is there. */
  @Nullable V remove(long number) {
    int at = find(number);
    V value = get(number);
    if (numbers[at] != 0) {
      numbers[at] = 0;
      values[at] = null;
      size--;
      closeGap(at);
    }
    return value;
  }

  @SuppressWarnings("unchecked") // only put writes values
  List<V> values() {
    List<V> all = new ArrayList<>();
    for (Object value : values) {
      if (value != null) {
        all.add((V) value);
      }
    }
    return all;
  }

  void clear() {
    Arrays.fill(numbers, 0);
    Arrays.fill(values, null);
    size = 0;
  }

  private int find(long number) {
    int mask = numbers.length - 1;
    int at = (int) number & mask;
    while (numbers[at] != 0 && numbers[at] != number) {
      at = at + 1 & mask;
    }
    return at;
  }

  /** Moves back what lies behind a gap only because its own place was taken. */
  private void closeGap(int gap) {
    int mask = numbers.length - 1;
    for (int at = gap + 1 & mask; numbers[at] != 0; at = at + 1 & mask) {
      int home = (int) numbers[at] & mask;
      if ((at - home & mask) >= (at - gap & mask)) {
        numbers[gap] = numbers[at];
        values[gap] = values[at];
        numbers[at] = 0;
        values[at] = null;
        gap = at;
      }
    }
  }

  @SuppressWarnings("unchecked") // only put writes values
  private void grow() {
    long[] oldNumbers = numbers;
    @Nullable Object[] oldValues = values;
    numbers = new long[oldNumbers.length * 2];
    values = new @Nullable Object[oldNumbers.length * 2];
    size = 0;
    for (int i = 0; i < oldNumbers.length; i++) {
      Object value = oldValues[i];
      if (value != null) {
        put(oldNumbers[i], (V) value);
      }
    }
  }
}
