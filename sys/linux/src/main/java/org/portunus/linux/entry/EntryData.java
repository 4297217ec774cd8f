// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.util.Map;
import java.util.TreeMap;

/** Bytes that the entry carries, with the addresses and results that are filled in. */
public final class EntryData {
  private final byte[] bytes;
  private final TreeMap<Integer, EntryValue> words = new TreeMap<>();

  EntryData(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** Where it starts. */
  public EntryValue address() {
    return new EntryValue.Address(this, 0);
  }

  /** How many bytes. */
  public int size() {
    return bytes.length;
  }

  /** Fills in an address (8 bytes) or a result (4 bytes) at an offset. */
  public EntryData put(int offset, EntryValue value) {
    int width = value instanceof EntryValue.Result ? Integer.BYTES : Long.BYTES;
    if (offset < 0 || offset > bytes.length - width) {
      throw new IndexOutOfBoundsException(
          width + " bytes at " + offset + " of " + bytes.length + " bytes of data");
    }
    words.put(offset, value);
    return this;
  }

  byte[] bytes() {
    return bytes;
  }

  Map<Integer, EntryValue> words() {
    return words;
  }
}
