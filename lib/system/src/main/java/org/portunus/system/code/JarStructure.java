// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.portunus.system.code.StrictJar.Entry;
import org.portunus.system.code.StrictJar.RefusedException;
import org.portunus.system.code.StrictJar.Rule;

/**
 * The headers of a zip file, each read once and checked against its twin.
 *
 * <pre>
 *   local header 30 + name + extra, data, [descriptor 12 or 16]   for each entry
 *   central header 46 + name + extra                               for each entry
 *   end record 22
 * </pre>
 */
final class JarStructure {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;

  private static final int FLAG_ENCRYPTED = 1 | 1 << 6 | 1 << 13;
  private static final int FLAG_DESCRIPTOR = 1 << 3;
  private static final int FLAGS_KNOWN = 0b110 | FLAG_DESCRIPTOR | 1 << 11;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int EXTRA_ZIP64 = 1;
  private static final int EXTRA_UNICODE_PATH = 0x7075;
  private static final int HOST_UNIX = 3;
  private static final int UNIX_TYPE = 0170000;
  private static final int UNIX_FILE = 0100000;
  private static final int UNIX_FOLDER = 0040000;

  private final ByteBuffer jar;
  private final int directoryOffset;
  private final int count;
  private final Set<Integer> withDescriptor = new HashSet<>();

  JarStructure(ByteBuffer bytes) throws RefusedException {
    jar = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int end = jar.limit() - END_SIZE;
    if (end < 0 || jar.getInt(end) != END) {
      throw new RefusedException(
          Rule.HIDDEN_DATA, "the file does not end with an end record without comment");
    }
    if (u16(end + 20) != 0) {
      throw new RefusedException(Rule.HIDDEN_DATA, "comment of the jar");
    }
    count = u16(end + 10);
    long size = u32(end + 12);
    long offset = u32(end + 16);
    if (count == 0xffff || size == 0xffff_ffffL || offset == 0xffff_ffffL) {
      throw new RefusedException(Rule.ZIP64, "end record");
    }
    if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != count) {
      throw new RefusedException(Rule.SEVERAL_DISKS, "end record");
    }
    if (offset + size != end) {
      throw new RefusedException(Rule.HIDDEN_DATA, "around the central directory");
    }
    directoryOffset = (int) offset;
  }

  int directoryOffset() {
    return directoryOffset;
  }

  List<Entry> readEntries() throws RefusedException {
    List<Entry> entries = new ArrayList<>();
    int end = jar.limit() - END_SIZE;
    int at = directoryOffset;
    for (int i = 0; i < count; i++) {
      if (end - at < CENTRAL_SIZE || jar.getInt(at) != CENTRAL) {
        throw new RefusedException(Rule.TRUNCATED, "central directory at entry " + i);
      }
      int next = at + CENTRAL_SIZE + u16(at + 28) + u16(at + 30) + u16(at + 32);
      if (next > end) {
        throw new RefusedException(Rule.TRUNCATED, "central directory at entry " + i);
      }
      entries.add(readEntry(at));
      at = next;
    }
    if (at != end) {
      throw new RefusedException(Rule.HIDDEN_DATA, "in the central directory");
    }
    return entries;
  }

  private Entry readEntry(int at) throws RefusedException {
    String name = name(at + CENTRAL_SIZE, u16(at + 28));
    int flags = u16(at + 8);
    int method = u16(at + 10);
    checkFlags(name, flags, method);
    long stored = u32(at + 20);
    long size = u32(at + 24);
    long offset = u32(at + 42);
    if (stored == 0xffff_ffffL || size == 0xffff_ffffL || offset == 0xffff_ffffL) {
      throw new RefusedException(Rule.ZIP64, name);
    }
    if (u16(at + 34) != 0) {
      throw new RefusedException(Rule.SEVERAL_DISKS, name);
    }
    if (u16(at + 32) != 0) {
      throw new RefusedException(Rule.HIDDEN_DATA, "comment of " + name);
    }
    checkExtra(name, at + CENTRAL_SIZE + u16(at + 28), u16(at + 30));
    checkType(name, u16(at + 4) >> 8, u32(at + 38) >> 16, size);
    if (size > StrictJar.MAX_ENTRY_BYTES) {
      throw new RefusedException(Rule.TOO_LARGE, name);
    }
    if (method == STORED && stored != size) {
      throw new RefusedException(Rule.LYING_HEADER, name + " is stored with two sizes");
    }
    if (offset + LOCAL_SIZE > directoryOffset) {
      throw new RefusedException(Rule.TRUNCATED, name);
    }
    return checkLocal(at, name, (int) offset);
  }

  private Entry checkLocal(int central, String name, int local) throws RefusedException {
    int nameLength = u16(central + 28);
    int flags = u16(central + 8);
    boolean same =
        jar.getInt(local) == LOCAL
            && u16(local + 6) == flags
            && u16(local + 8) == u16(central + 10)
            && u16(local + 26) == nameLength
            && local + LOCAL_SIZE + nameLength <= directoryOffset
            && jar.slice(local + LOCAL_SIZE, nameLength)
                .equals(jar.slice(central + CENTRAL_SIZE, nameLength));
    boolean described = (flags & FLAG_DESCRIPTOR) != 0;
    for (int field = 0; field < 12; field += 4) {
      int declared = jar.getInt(local + 14 + field);
      same &= declared == jar.getInt(central + 16 + field) || (described && declared == 0);
    }
    if (!same) {
      throw new RefusedException(Rule.LYING_HEADER, name);
    }
    int extra = u16(local + 28);
    int data = local + LOCAL_SIZE + nameLength + extra;
    long end = data + u32(central + 20);
    if (end > directoryOffset) {
      throw new RefusedException(Rule.TRUNCATED, name);
    }
    checkExtra(name, local + LOCAL_SIZE + nameLength, extra);
    if (described) {
      withDescriptor.add(local);
    }
    return new Entry(
        name,
        u16(central + 10) == DEFLATED,
        jar.getInt(central + 16),
        jar.getInt(central + 20),
        jar.getInt(central + 24),
        local,
        data);
  }

  /** Where the next entry must begin: behind the data and the data descriptor, if it has one. */
  int endOf(Entry entry) throws RefusedException {
    int end = entry.dataOffset() + entry.storedSize();
    if (!withDescriptor.contains(entry.headerOffset())) {
      return end;
    }
    if (directoryOffset - end >= 16
        && jar.getInt(end) == DESCRIPTOR
        && isDescriptorOf(entry, end + 4)) {
      return end + 16;
    }
    if (directoryOffset - end >= 12 && isDescriptorOf(entry, end)) {
      return end + 12;
    }
    throw new RefusedException(Rule.LYING_HEADER, "data descriptor of " + entry.name());
  }

  private boolean isDescriptorOf(Entry entry, int at) {
    return jar.getInt(at) == entry.crc()
        && jar.getInt(at + 4) == entry.storedSize()
        && jar.getInt(at + 8) == entry.size();
  }

  private static void checkFlags(String name, int flags, int method) throws RefusedException {
    if ((flags & FLAG_ENCRYPTED) != 0) {
      throw new RefusedException(Rule.ENCRYPTED, name);
    }
    if ((flags & ~FLAGS_KNOWN) != 0) {
      throw new RefusedException(Rule.METHOD, name + " has flags " + flags);
    }
    if (method != STORED && method != DEFLATED) {
      throw new RefusedException(Rule.METHOD, name + " has method " + method);
    }
    if (method == STORED && (flags & FLAG_DESCRIPTOR) != 0 && !name.endsWith("/")) {
      throw new RefusedException(Rule.METHOD, name + " is stored without size in front");
    }
  }

  private static void checkType(String name, int host, long unixMode, long size)
      throws RefusedException {
    boolean folder = name.endsWith("/");
    if (folder && size != 0) {
      throw new RefusedException(Rule.HIDDEN_DATA, "folder " + name + " has content");
    }
    // Some archivers give folders the mode of a file, which changes nothing.
    long type = unixMode & UNIX_TYPE;
    boolean plain = type == 0 || type == UNIX_FILE || (folder && type == UNIX_FOLDER);
    if (host == HOST_UNIX && !plain) {
      throw new RefusedException(Rule.LINK, name);
    }
  }

  private void checkExtra(String name, int from, int length) throws RefusedException {
    int at = from;
    int end = from + length;
    while (end - at >= 4) {
      int id = u16(at);
      if (id == EXTRA_ZIP64) {
        throw new RefusedException(Rule.ZIP64, name);
      }
      if (id == EXTRA_UNICODE_PATH) {
        throw new RefusedException(Rule.LYING_HEADER, name + " has a second name");
      }
      at += 4 + u16(at + 2);
    }
    if (at != end) {
      throw new RefusedException(Rule.HIDDEN_DATA, "extra field of " + name);
    }
  }

  private String name(int at, int length) throws RefusedException {
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(jar.slice(at, length)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException(Rule.NAME, "a name is not UTF-8", e);
    }
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    boolean allowed = length <= 1024 && path.indexOf('\\') < 0;
    allowed &= path.chars().noneMatch(Character::isISOControl);
    for (String part : path.split("/", -1)) {
      allowed &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    if (!allowed) {
      throw new RefusedException(Rule.NAME, name);
    }
    return name;
  }

  private int u16(int at) {
    return jar.getShort(at) & 0xffff;
  }

  private long u32(int at) {
    return Integer.toUnsignedLong(jar.getInt(at));
  }
}
