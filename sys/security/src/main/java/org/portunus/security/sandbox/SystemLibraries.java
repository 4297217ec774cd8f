// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The C library files that a JDK needs: the closure of the {@code DT_NEEDED} entries of its own
 * libraries, elf(5), and the loader. Only these are mounted, not the folder that holds them: a task
 * then finds no other library, plug-in or program there.
 *
 * <p>Libraries that the machine lacks (X11, sound) are left out: the JDK asks for them only in ways
 * that need a display or a device.
 */
final class SystemLibraries {
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/lib64"),
          Path.of("/usr/lib"),
          Path.of("/lib"));
  private static final Path LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");
  private static final String UNWINDER = "libgcc_s.so.1"; // pthread_exit loads it by name
  // Display, sound and desktop libraries are present on some machines, and never of use inside.
  private static final Set<String> DISPLAY =
      Set.of("libX11.so.6", "libXext.so.6", "libXi.so.6", "libXrender.so.1", "libXtst.so.6");
  private static final Set<String> DEVICES = Set.of("libasound.so.2", "libpcsclite.so.1");
  private static final int MAXIMUM = 64;
  private static final long LARGEST_SECTION = 1 << 20;

  private SystemLibraries() {}

  /** Where the loader must stand in every root, and the libraries, each by the path found. */
  static List<Path> of(Path jdk) throws IOException {
    List<Path> own = new ArrayList<>();
    own.add(jdk.resolve("bin/java"));
    own.addAll(objects(jdk.resolve("lib")));
    own.addAll(objects(jdk.resolve("lib/server")));
    Set<String> bundled = new LinkedHashSet<>();
    own.forEach(file -> bundled.add(file.getFileName().toString()));

    Map<String, Path> found = new LinkedHashMap<>();
    Deque<Path> open = new ArrayDeque<>(own);
    find(UNWINDER).ifPresent(path -> add(UNWINDER, path, found, open));
    while (!open.isEmpty()) {
      for (String name : needed(open.remove())) {
        if (bundled.contains(name) || DISPLAY.contains(name) || DEVICES.contains(name)) {
          continue;
        }
        find(name).ifPresent(path -> add(name, path, found, open));
      }
    }
    found.remove(LOADER.getFileName().toString());
    List<Path> all = new ArrayList<>(found.values());
    all.add(LOADER);
    return List.copyOf(all);
  }

  private static void add(String name, Path path, Map<String, Path> found, Deque<Path> open) {
    if (found.size() < MAXIMUM && found.putIfAbsent(name, path) == null) {
      open.add(path);
    }
  }

  private static List<Path> objects(Path folder) throws IOException {
    try (var entries = Files.newDirectoryStream(folder, "*.so")) {
      List<Path> list = new ArrayList<>();
      entries.forEach(list::add);
      return list;
    }
  }

  private static Optional<Path> find(String name) {
    if (name.contains("/")) {
      return Optional.empty();
    }
    return FOLDERS.stream().map(f -> f.resolve(name)).filter(Files::isRegularFile).findFirst();
  }

  /** The names in {@code DT_NEEDED}; empty for what is no 64-bit little-endian ELF file. */
  static List<String> needed(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer header = read(channel, 0, 64);
      if (header.remaining() < 64 || header.getInt(0) != 0x464C457F || header.get(4) != 2) {
        return List.of();
      }
      int entry = Short.toUnsignedInt(header.getShort(0x36));
      int count = Short.toUnsignedInt(header.getShort(0x38));
      ByteBuffer programs = read(channel, header.getLong(0x20), (long) entry * count);
      return new DynamicSection(channel, programs, entry, count).needed();
    }
  }

  private static ByteBuffer read(FileChannel channel, long offset, long size) throws IOException {
    if (offset < 0 || size < 0 || size > LARGEST_SECTION) {
      throw new IOException("an ELF header names " + size + " bytes at " + offset);
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {}
    return buffer.flip();
  }

  /** The dynamic section, found by the program headers. */
  private record DynamicSection(FileChannel channel, ByteBuffer programs, int entry, int count) {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_STRSZ = 10;

    List<String> needed() throws IOException {
      for (int i = 0; i < count; i++) {
        int at = i * entry;
        if (programs.getInt(at) == PT_DYNAMIC) {
          return names(read(channel, programs.getLong(at + 8), programs.getLong(at + 32)));
        }
      }
      return List.of();
    }

    private List<String> names(ByteBuffer dynamic) throws IOException {
      List<Long> offsets = new ArrayList<>();
      long table = 0;
      long size = 0;
      for (int at = 0; at + 16 <= dynamic.limit(); at += 16) {
        long tag = dynamic.getLong(at);
        long value = dynamic.getLong(at + 8);
        if (tag == DT_NEEDED) {
          offsets.add(value);
        } else if (tag == DT_STRTAB) {
          table = value;
        } else if (tag == DT_STRSZ) {
          size = value;
        }
      }
      ByteBuffer strings = read(channel, fileOffset(table), size);
      List<String> names = new ArrayList<>();
      for (long offset : offsets) {
        int end = Math.toIntExact(offset);
        while (strings.get(end) != 0) {
          end++;
        }
        byte[] name = new byte[end - (int) offset];
        strings.get((int) offset, name);
        names.add(new String(name, StandardCharsets.US_ASCII));
      }
      return names;
    }

    private long fileOffset(long address) {
      for (int i = 0; i < count; i++) {
        int at = i * entry;
        long start = programs.getLong(at + 16);
        if (programs.getInt(at) == PT_LOAD
            && address >= start
            && address < start + programs.getLong(at + 32)) {
          return address - start + programs.getLong(at + 8);
        }
      }
      return address;
    }
  }
}
