// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks over a binary property list before it is read: no container within itself, limited depth,
 * no key twice in a dictionary. A parser that recurses over an unchecked file would run out of
 * stack.
 *
 * <pre>
 *   "bplist00", objects, offset table, trailer of 32 bytes:
 *     u8[6], u8 size of an offset, u8 size of a reference, u64 objects, u64 root, u64 offset table
 *   object: u8 marker = type &lt;&lt; 4 | count; count 15: an integer object with the count follows
 *     0xA array: references; 0xD dictionary: key references, then value references
 * </pre>
 *
 * Source: CFBinaryPList.c.
 */
final class BinaryDepth {
  private static final int TRAILER = 32;
  private static final int ARRAY = 0xa;
  private static final int DATA = 4;
  private static final int ASCII = 5;
  private static final int UTF16 = 6;
  private static final int DICTIONARY = 0xd;

  private final String name;
  private final ByteBuffer in;
  private final int offsetSize;
  private final int referenceSize;
  private final long objects;
  private final long table;
  private int left = PropertyList.MAX_VALUES;

  private BinaryDepth(String name, byte[] bytes) {
    this.name = name;
    in = ByteBuffer.wrap(bytes);
    int trailer = bytes.length - TRAILER;
    offsetSize = in.get(trailer + 6);
    referenceSize = in.get(trailer + 7);
    objects = in.getLong(trailer + 8);
    table = in.getLong(trailer + 24);
    boolean sound = offsetSize >= 1 && offsetSize <= 8 && referenceSize >= 1 && referenceSize <= 8;
    sound &= objects > 0 && objects <= bytes.length && table >= 8 && table <= trailer;
    if (!sound || table + objects * offsetSize > trailer) {
      throw PropertyList.bad(name, "its trailer is damaged");
    }
  }

  /**
   * @throws IndexOutOfBoundsException for a file that is too short for what it declares
   */
  static void check(String name, byte[] bytes) {
    BinaryDepth depth = new BinaryDepth(name, bytes);
    depth.visit(depth.in.getLong(bytes.length - TRAILER + 16), 1);
  }

  private void visit(long object, int depth) {
    if (depth > PropertyList.MAX_DEPTH) {
      throw PropertyList.bad(name, "it is nested deeper than " + PropertyList.MAX_DEPTH);
    }
    if (--left < 0) {
      throw PropertyList.bad(name, "it has more than " + PropertyList.MAX_VALUES + " values");
    }
    if (object < 0 || object >= objects) {
      throw PropertyList.bad(name, "it refers to an object that it does not have");
    }
    int at = index(number(Math.toIntExact(table + object * offsetSize), offsetSize));
    int marker = in.get(at) & 0xff;
    int type = marker >> 4;
    if (isScalar(marker)) {
      return;
    }
    if (type != DATA && type != ASCII && type != UTF16 && type != ARRAY && type != DICTIONARY) {
      throw PropertyList.bad(name, "it has a value of an unknown or unused kind: " + marker);
    }
    long count = marker & 0xf;
    int from = at + 1;
    if (count == 0xf) {
      int size = in.get(from) & 0xff;
      if ((size & 0xf0) != 0x10 || (size & 0xf) > 3) {
        throw PropertyList.bad(name, "a count is no integer");
      }
      count = number(from + 1, 1 << (size & 0xf));
      from += 1 + (1 << (size & 0xf));
    }
    if (type != ARRAY && type != DICTIONARY) {
      if (count < 0 || count > (in.limit() - from) / (type == UTF16 ? 2 : 1)) {
        throw PropertyList.bad(name, "a value is longer than the file");
      }
      return;
    }
    long references = type == DICTIONARY ? count * 2 : count;
    if (count < 0 || count > left || references > left) {
      throw PropertyList.bad(name, "it has more than " + PropertyList.MAX_VALUES + " values");
    }
    Set<ByteBuffer> keys = new HashSet<>();
    for (int i = 0; i < references; i++) {
      long target = number(from + i * referenceSize, referenceSize);
      if (type == DICTIONARY && i < count && !keys.add(content(target))) {
        throw PropertyList.bad(name, "a dictionary has a key twice");
      }
      visit(target, depth + 1);
    }
  }

  /** False and true, integers and reals of whole sizes, dates. */
  private static boolean isScalar(int marker) {
    return marker == 0x08
        || marker == 0x09
        || (marker >= 0x10 && marker <= 0x14)
        || marker == 0x22
        || marker == 0x23
        || marker == 0x33;
  }

  /** Marker and bytes of a short string: equal for equal keys of one encoding. */
  private ByteBuffer content(long object) {
    if (object < 0 || object >= objects) {
      throw PropertyList.bad(name, "it refers to an object that it does not have");
    }
    int at = index(number(Math.toIntExact(table + object * offsetSize), offsetSize));
    int marker = in.get(at) & 0xff;
    if (marker >> 4 != ASCII && marker >> 4 != UTF16) {
      throw PropertyList.bad(name, "a key is no string");
    }
    int unit = marker >> 4 == UTF16 ? 2 : 1;
    int count = marker & 0xf;
    if (count == 0xf) {
      int bytes = 1 << (in.get(at + 1) & 0xf);
      count = index(number(at + 2, Math.min(8, bytes)));
      return in.slice(at, Math.addExact(2 + bytes, Math.multiplyExact(count, unit)));
    }
    return in.slice(at, 1 + count * unit);
  }

  private long number(int at, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (in.get(at + i) & 0xff);
    }
    return value;
  }

  private int index(long offset) {
    if (offset < 0 || offset >= in.limit()) {
      throw PropertyList.bad(name, "it refers to a place outside of it");
    }
    return (int) offset;
  }
}
