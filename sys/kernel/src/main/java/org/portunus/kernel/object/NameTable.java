// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.MachLimits;

/**
 * Names of one space: index shifted left by 8, and a generation whose two low bits are set.
 *
 * <p>Invariants: index 0 is never used. Free indexes are a list, first freed first reused, and are
 * reused only when more than {@value #REST} rest or the table is at its end; each reuse has the
 * next generation. Every index is either used or in the list.
 */
final class NameTable {
  private static final int REST = 32;
  private static final int SPARE = 64;
  private static final int STEP = MachLimits.GENERATION_FIXED + 1;
  private static final int NONE = 0;

  private final int limit;
  private @Nullable Right[] rights = new @Nullable Right[16];
  private int[] generations = new int[16];
  private int[] next = new int[16];
  private int[] previous = new int[16];
  private int end = 1;
  private int used;
  private int resting;

  NameTable(int limit) {
    this.limit = limit;
  }

  static boolean isWellFormed(int name) {
    return name != MachLimits.NAME_NULL
        && name != MachLimits.NAME_DEAD
        && (name & MachLimits.GENERATION_FIXED) == MachLimits.GENERATION_FIXED;
  }

  int used() {
    return used;
  }

  boolean hasRoom(int more) {
    return used + more <= limit;
  }

  @Nullable Right find(int name) {
    int index = index(name);
    if (index == 0 || index >= end || name(index) != name) {
      return null;
    }
    return rights[index];
  }

  /** Whether a chosen name could be given out. */
  Availability availability(int name) {
    int index = index(name);
    if (index == 0) {
      return Availability.RESERVED;
    }
    if (index >= limit + SPARE) {
      return Availability.BEYOND;
    }
    if (index >= end || rights[index] == null) {
      return hasRoom(1) ? Availability.FREE : Availability.BEYOND;
    }
    return name(index) == name ? Availability.USED : Availability.OTHER_GENERATION;
  }

  enum Availability {
    FREE,
    USED,
    OTHER_GENERATION,
    RESERVED,
    BEYOND
  }

  /** A fresh name; the caller has checked for room and puts a right in its place. */
  int allocate() {
    int index;
    if (resting > REST || end >= limit + SPARE) {
      index = next[NONE];
      unlink(index);
    } else {
      index = extend();
    }
    used++;
    return name(index);
  }

  /** A chosen name, which is available. */
  void allocateAt(int name) {
    int index = index(name);
    while (end < index) {
      link(extend());
    }
    if (index == end) {
      extend();
    } else {
      unlink(index);
    }
    generations[index] = name & ((1 << MachLimits.GENERATION_BITS) - 1);
    used++;
  }

  void put(Right right) {
    rights[index(right.name())] = right;
  }

  void free(int name) {
    int index = index(name);
    rights[index] = null;
    generations[index] = (generations[index] + STEP) & ((1 << MachLimits.GENERATION_BITS) - 1);
    link(index);
    used--;
  }

  /** Every right, in the order of indexes; a copy. */
  Right[] all() {
    Right[] found = new Right[used];
    int count = 0;
    for (int index = 1; index < end; index++) {
      Right right = rights[index];
      if (right != null) {
        found[count++] = right;
      }
    }
    return count == used ? found : Arrays.copyOf(found, count);
  }

  private static int index(int name) {
    return name >>> MachLimits.GENERATION_BITS;
  }

  private int name(int index) {
    return index << MachLimits.GENERATION_BITS | generations[index];
  }

  private int extend() {
    if (end == rights.length) {
      int size = end * 2;
      rights = Arrays.copyOf(rights, size);
      generations = Arrays.copyOf(generations, size);
      next = Arrays.copyOf(next, size);
      previous = Arrays.copyOf(previous, size);
    }
    generations[end] = MachLimits.GENERATION_FIXED;
    return end++;
  }

  private void link(int index) {
    int last = previous[NONE];
    next[last] = index;
    previous[index] = last;
    next[index] = NONE;
    previous[NONE] = index;
    resting++;
  }

  private void unlink(int index) {
    next[previous[index]] = next[index];
    previous[next[index]] = previous[index];
    resting--;
  }
}
