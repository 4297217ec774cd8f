// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

/** What an argument of a row, or a word of its data, holds when the row is performed. */
public sealed interface EntryValue {
  /** A number known at emission. */
  record Constant(long value) implements EntryValue {}

  /** The address of a byte of the data. */
  record Address(EntryData data, int offset) implements EntryValue {}

  /**
   * The low 32 bits of what an earlier row returned; -1 when that row failed and was tolerated.
   *
   * @param row index of the row
   */
  record Result(int row) implements EntryValue {}

  /** A number. */
  static EntryValue of(long value) {
    return new Constant(value);
  }
}
