// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.portunus.linux.arch.Layouts.SeccompData;

/**
 * A test of one argument's low 32 bits (rule C5): the kernel takes flags, commands and descriptors
 * from there only, so the upper half must not decide.
 */
public sealed interface Condition {
  /** Which argument, 0 to 5. */
  int argument();

  /** Holds when {@code argument & mask} is {@code value}. */
  record MaskedEqual(int argument, int mask, int value) implements Condition {
    public MaskedEqual {
      requireArgument(argument);
      if ((value & ~mask) != 0) {
        throw new IllegalArgumentException("the value has bits outside the mask: never true");
      }
    }
  }

  /** Holds when at least one of the bits is set. */
  record AnyBit(int argument, int bits) implements Condition {
    public AnyBit {
      requireArgument(argument);
    }
  }

  /** Holds for each of the values, at most 200. */
  record OneOf(int argument, SortedSet<Integer> values) implements Condition {
    private static final int LIMIT = 200;

    public OneOf {
      requireArgument(argument);
      values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
      if (values.isEmpty() || values.size() > LIMIT) {
        throw new IllegalArgumentException("1 to " + LIMIT + " values, not " + values.size());
      }
    }
  }

  /** Holds when the low half is this value. */
  static Condition equal(int argument, int value) {
    return new MaskedEqual(argument, -1, value);
  }

  /** Holds when {@code argument & mask} is {@code value}. */
  static Condition maskedEqual(int argument, int mask, int value) {
    return new MaskedEqual(argument, mask, value);
  }

  /** Holds when at least one of the bits is set. */
  static Condition anyBit(int argument, int bits) {
    return new AnyBit(argument, bits);
  }

  /** Holds when none of the bits is set. */
  static Condition noBit(int argument, int bits) {
    return new MaskedEqual(argument, bits, 0);
  }

  /** Holds for each of the values. */
  static Condition oneOf(int argument, int... values) {
    TreeSet<Integer> set = new TreeSet<>();
    for (int value : values) {
      set.add(value);
    }
    return new OneOf(argument, set);
  }

  private static void requireArgument(int argument) {
    if (argument < 0 || argument > 5) {
      throw new IllegalArgumentException("a system call has the arguments 0 to 5, not " + argument);
    }
  }

  /** Code that falls into {@code then} when this holds and skips it otherwise. */
  default List<Instruction> guarding(List<Instruction> then) {
    int skip = then.size();
    if (skip > Instruction.REACH) {
      throw new IllegalArgumentException("too many conditions on one system call");
    }
    List<Instruction> code = new ArrayList<>();
    // Little endian: the low half comes first.
    code.add(Instruction.load(SeccompData.ARGUMENTS + 8 * argument()));
    switch (this) {
      case MaskedEqual(int ignored, int mask, int value) -> {
        if (mask != -1) {
          code.add(Instruction.and(mask));
        }
        code.add(Instruction.branch(Instruction.JUMP_EQUAL, value, 0, skip));
      }
      case AnyBit(int ignored, int bits) ->
          code.add(Instruction.branch(Instruction.JUMP_ANY_BIT, bits, 0, skip));
      case OneOf(int ignored, SortedSet<Integer> values) -> {
        int left = values.size();
        for (int value : values) {
          left--;
          code.add(Instruction.branch(Instruction.JUMP_EQUAL, value, left, left == 0 ? skip : 0));
        }
      }
    }
    code.addAll(then);
    return code;
  }
}
