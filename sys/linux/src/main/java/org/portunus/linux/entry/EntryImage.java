// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts.Elf;

/**
 * Turns a table into a static ELF executable, elf(5).
 *
 * <pre>
 * file            memory
 * headers, code   0x400000            read, execute
 * rows            0x401000 + offset   read, write
 * store lists                         for each row with readers: addresses, then 0
 * data            each at 8 bytes
 * failure record
 * </pre>
 *
 * <p>No page is both writable and executable, and the stack is not executable.
 */
public final class EntryImage {
  /** The longest image, bytes. */
  public static final int MAXIMUM_SIZE = 1 << 20;

  static final int CODE_BASE = 0x400000;
  static final int CODE_OFFSET = Elf.HEADER_SIZE + 3 * Elf.PROGRAM_HEADER_SIZE;

  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474E551;
  private static final int EXECUTE = 1;
  private static final int WRITE = 2;
  private static final int READ = 4;
  private static final int NO_RESULT = -1;

  private final EntryTable table;
  private final int dataOffset;
  private final int dataBase;
  private final Map<EntryData, Integer> dataAddresses = new HashMap<>();
  private final Map<Integer, List<Integer>> readers = new TreeMap<>();
  private final Map<Integer, Integer> storeAddresses = new TreeMap<>();
  private final int noStores;
  private final int record;
  private final int size;

  private EntryImage(EntryTable table) {
    this.table = table;
    this.dataOffset = align(CODE_OFFSET + EntryListing.length());
    // The same offset within a page in file and memory, one page above the code.
    this.dataBase = CODE_BASE + Architecture.current().pageSize();
    int next = align(dataOffset + table.rows().size() * EntryListing.ROW_SIZE);
    for (EntryData data : table.data()) {
      dataAddresses.put(data, dataBase + next);
      next = align(next + data.size());
    }
    collectReaders();
    this.noStores = dataBase + next;
    next += Long.BYTES;
    for (Map.Entry<Integer, List<Integer>> entry : readers.entrySet()) {
      storeAddresses.put(entry.getKey(), dataBase + next);
      next += Long.BYTES * (entry.getValue().size() + 1);
    }
    this.record = dataBase + next;
    this.size = next + EntryFailure.SIZE;
  }

  /**
   * The executable's bytes.
   *
   * @throws IllegalArgumentException when the last row is no execve, a row reads a later row's
   *     result, data belongs to another table, or the image gets longer than {@link #MAXIMUM_SIZE}
   */
  public static byte[] emit(EntryTable table) {
    if (!table.isComplete()) {
      throw new IllegalArgumentException("the last row of an entry is an execve");
    }
    EntryImage image = new EntryImage(table);
    if (image.size > MAXIMUM_SIZE) {
      throw new IllegalArgumentException(
          "an entry of " + image.size + " bytes is longer than " + MAXIMUM_SIZE);
    }
    return image.write();
  }

  /** The numbers that the listing of this table's image gets. */
  static Map<String, Integer> numbers(EntryTable table) {
    EntryImage image = new EntryImage(table);
    return image.numbers();
  }

  private Map<String, Integer> numbers() {
    return Map.of(
        "table", dataBase + dataOffset,
        "record", record,
        "report", table.report(),
        "write", Call.WRITE.number(),
        "exit_group", Call.EXIT_GROUP.number());
  }

  private void collectReaders() {
    for (int row = 0; row < table.rows().size(); row++) {
      List<EntryValue> arguments = table.rows().get(row).arguments();
      for (int i = 0; i < arguments.size(); i++) {
        addReader(arguments.get(i), row, argumentAddress(row, i));
      }
    }
    for (EntryData data : table.data()) {
      int start = start(data);
      data.words()
          .forEach((offset, value) -> addReader(value, table.rows().size(), start + offset));
    }
  }

  private void addReader(EntryValue value, int before, int address) {
    if (value instanceof EntryValue.Result(int row)) {
      if (row < 0 || row >= before) {
        throw new IllegalArgumentException("the result of row " + row + " is read too early");
      }
      readers.computeIfAbsent(row, ignored -> new ArrayList<>()).add(address);
    }
  }

  private int argumentAddress(int row, int argument) {
    return dataBase
        + dataOffset
        + row * EntryListing.ROW_SIZE
        + EntryListing.ROW_ARGUMENTS
        + argument * Long.BYTES;
  }

  private byte[] write() {
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    writeHeaders(file);
    file.put(CODE_OFFSET, EntryListing.assemble(numbers()));
    for (int row = 0; row < table.rows().size(); row++) {
      writeRow(file, row);
    }
    for (EntryData data : table.data()) {
      writeData(file, data);
    }
    readers.forEach((row, addresses) -> {
      int at = storeAddresses.getOrDefault(row, noStores) - dataBase;
      for (int address : addresses) {
        file.putLong(at, address);
        at += Long.BYTES;
      }
    });
    file.putInt(record - dataBase, EntryFailure.MARK);
    return file.array();
  }

  private void writeHeaders(ByteBuffer file) {
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) 2).putShort((short) Architecture.current().elfMachine()).putInt(1);
    file.putLong(CODE_BASE + CODE_OFFSET).putLong(Elf.HEADER_SIZE).putLong(0).putInt(0);
    file.putShort((short) Elf.HEADER_SIZE).putShort((short) Elf.PROGRAM_HEADER_SIZE);
    file.putShort((short) 3).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    int codeEnd = CODE_OFFSET + EntryListing.length();
    writeSegment(file, PT_LOAD, READ | EXECUTE, 0, CODE_BASE, codeEnd);
    writeSegment(file, PT_LOAD, READ | WRITE, dataOffset, dataBase + dataOffset, size - dataOffset);
    writeSegment(file, PT_GNU_STACK, READ | WRITE, 0, 0, 0);
  }

  private static void writeSegment(
      ByteBuffer file, int type, int flags, int offset, int address, int length) {
    file.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
    file.putLong(length).putLong(length);
    file.putLong(Architecture.current().pageSize());
  }

  private void writeRow(ByteBuffer file, int index) {
    EntryRow row = table.rows().get(index);
    int at = dataOffset + index * EntryListing.ROW_SIZE;
    file.putLong(at, row.call().number());
    for (int i = 0; i < row.arguments().size(); i++) {
      file.putLong(at + EntryListing.ROW_ARGUMENTS + i * Long.BYTES, word(row.arguments().get(i)));
    }
    file.putLong(at + EntryListing.ROW_STORES, storeAddresses.getOrDefault(index, noStores));
    file.putLong(
        at + EntryListing.ROW_TOLERATED,
        row.tolerated().map(errno -> -(long) errno.number()).orElse(0L));
  }

  private void writeData(ByteBuffer file, EntryData data) {
    int at = start(data) - dataBase;
    file.put(at, data.bytes());
    data.words()
        .forEach((offset, value) -> {
          if (value instanceof EntryValue.Result) {
            file.putInt(at + offset, NO_RESULT);
          } else {
            file.putLong(at + offset, word(value));
          }
        });
  }

  private long word(EntryValue value) {
    return switch (value) {
      case EntryValue.Constant(long number) -> number;
      case EntryValue.Address(EntryData data, int offset) -> start(data) + offset;
      case EntryValue.Result ignored -> Integer.toUnsignedLong(NO_RESULT);
    };
  }

  private int start(EntryData data) {
    Integer start = dataAddresses.get(data);
    if (start == null) {
      throw new IllegalArgumentException("the data belongs to another table");
    }
    return start;
  }

  private static int align(int offset) {
    return offset + Long.BYTES - 1 & -Long.BYTES;
  }
}
