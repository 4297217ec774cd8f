// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portunus.example.inspector.Reason;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Content;

/**
 * The directory of a zip archive (APPNOTE 4.3 and 4.5.3), read from its end as zip tools do. Counts
 * and offsets are checked against the file before memory is taken.
 */
final class ZipDirectory {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int MOST_COMMENT = 0xffff;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_LENGTH = 20;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_LENGTH = 56;
  private static final int HEADER_SIGNATURE = 0x02014b50;
  private static final int HEADER_LENGTH = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final long IN_EXTRA = 0xffffffffL;

  /** Where the directory is; {@code base} is what stands before the archive's first byte. */
  private record Place(long base, long offset, long entries) {}

  private final Content content;
  private final Budget budget;
  private final Place place;
  private final List<ZipEntryRecord> entries;

  private ZipDirectory(Content content, Budget budget, Place place, List<ZipEntryRecord> entries) {
    this.content = content;
    this.budget = budget;
    this.place = place;
    this.entries = entries;
  }

  static ZipDirectory read(Content content, Budget budget) throws IOException {
    Place place = findPlace(content, budget);
    budget.entries(place.entries());
    List<ZipEntryRecord> entries = new ArrayList<>();
    long position = place.base() + place.offset();
    for (long i = 0; i < place.entries(); i++) {
      ByteBuffer header = buffer(content.exactly(position, HEADER_LENGTH));
      if (header.getInt(0) != HEADER_SIGNATURE) {
        throw damaged(budget, "no directory entry at " + position);
      }
      int name = header.getShort(28) & 0xffff;
      int extra = header.getShort(30) & 0xffff;
      int comment = header.getShort(32) & 0xffff;
      byte[] variable = content.exactly(position + HEADER_LENGTH, name + extra);
      entries.add(entry(header, variable, name));
      position += HEADER_LENGTH + name + extra + comment;
    }
    return new ZipDirectory(content, budget, place, List.copyOf(entries));
  }

  List<ZipEntryRecord> entries() {
    return entries;
  }

  /** The first entry with exactly this name. */
  Optional<ZipEntryRecord> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The entry's bytes, counted, with size and checksum checked at the end. */
  InputStream open(ZipEntryRecord entry) throws IOException {
    long at = place.base() + entry.headerOffset();
    ByteBuffer local = buffer(content.exactly(at, LOCAL_LENGTH));
    if (local.getInt(0) != LOCAL_SIGNATURE) {
      throw damaged(budget, "no entry at " + at);
    }
    long data = at + LOCAL_LENGTH + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    if (entry.packed() > content.size() - data) {
      throw damaged(budget, "an entry is longer than the file");
    }
    return ZipEntryStream.open(content.stream(data, entry.packed()), entry, budget);
  }

  private static Place findPlace(Content content, Budget budget) throws IOException {
    long size = content.size();
    int tailLength = (int) Math.min(size, END_LENGTH + MOST_COMMENT);
    long tailStart = size - tailLength;
    ByteBuffer tail = buffer(content.exactly(tailStart, tailLength));
    for (int i = tailLength - END_LENGTH; i >= 0; i--) {
      if (tail.getInt(i) == END_SIGNATURE
          && i + END_LENGTH + (tail.getShort(i + 20) & 0xffff) <= tailLength) {
        return place(content, budget, tail, i, tailStart + i);
      }
    }
    throw damaged(budget, "the archive's directory is missing");
  }

  private static Place place(Content content, Budget budget, ByteBuffer tail, int index, long endAt)
      throws IOException {
    long count = tail.getShort(index + 10) & 0xffff;
    long length = tail.getInt(index + 12) & IN_EXTRA;
    long offset = tail.getInt(index + 16) & IN_EXTRA;
    long directoryEnd = endAt;
    Optional<ByteBuffer> end64 = end64(content, endAt);
    if (end64.isPresent()) {
      // It lies between directory and end also where the fields of the end have room enough.
      directoryEnd = buffer(content.exactly(endAt - LOCATOR_LENGTH, LOCATOR_LENGTH)).getLong(8);
      if (count == 0xffff || length == IN_EXTRA || offset == IN_EXTRA) {
        count = end64.get().getLong(32);
        length = end64.get().getLong(40);
        offset = end64.get().getLong(48);
      }
    }
    if (count < 0 || length < 0 || offset < 0 || length > directoryEnd) {
      throw damaged(budget, "the archive's directory has impossible sizes");
    }
    long base = Math.max(0, directoryEnd - length - offset);
    return new Place(base, offset, count);
  }

  private static Optional<ByteBuffer> end64(Content content, long endAt) throws IOException {
    if (endAt < LOCATOR_LENGTH) {
      return Optional.empty();
    }
    ByteBuffer locator = buffer(content.exactly(endAt - LOCATOR_LENGTH, LOCATOR_LENGTH));
    long at = locator.getLong(8);
    if (locator.getInt(0) != LOCATOR_SIGNATURE || at < 0 || at > endAt - END64_LENGTH) {
      return Optional.empty();
    }
    ByteBuffer end = buffer(content.exactly(at, END64_LENGTH));
    return end.getInt(0) == END64_SIGNATURE ? Optional.of(end) : Optional.empty();
  }

  private static ZipEntryRecord entry(ByteBuffer header, byte[] variable, int nameLength) {
    long packed = header.getInt(20) & IN_EXTRA;
    long size = header.getInt(24) & IN_EXTRA;
    long offset = header.getInt(42) & IN_EXTRA;
    ByteBuffer extra = buffer(variable);
    int at = nameLength;
    while (at + 4 <= variable.length) {
      int id = extra.getShort(at) & 0xffff;
      int end = Math.min(variable.length, at + 4 + (extra.getShort(at + 2) & 0xffff));
      at += 4;
      if (id == 1) {
        if (size == IN_EXTRA && at + 8 <= end) {
          size = extra.getLong(at);
          at += 8;
        }
        if (packed == IN_EXTRA && at + 8 <= end) {
          packed = extra.getLong(at);
          at += 8;
        }
        if (offset == IN_EXTRA && at + 8 <= end) {
          offset = extra.getLong(at);
        }
      }
      at = end;
    }
    return new ZipEntryRecord(
        name(variable, nameLength),
        header.getShort(8) & 0xffff,
        header.getShort(10) & 0xffff,
        header.getInt(16) & IN_EXTRA,
        Math.max(0, packed),
        Math.max(0, size),
        Math.max(0, offset));
  }

  private static String name(byte[] variable, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(variable, 0, length))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(variable, 0, length, StandardCharsets.ISO_8859_1);
    }
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static RuntimeException damaged(Budget budget, String detail) {
    return budget.refuse(Reason.FORMAT_DAMAGED, "zip: " + detail);
  }
}
