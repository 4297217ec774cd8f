// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.identity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole bundle in one run of bytes, as it travels in a sealed memfd from launchd to the task that
 * runs it.
 *
 * <pre>
 *   +0   "PTNSIMG1"                      magic, 8 bytes
 *   +8   u32 number of files, u32 zero
 *   +16  per file: u32 path length, path, u8 kind, u8 executable, u64 offset, u64 size
 *   ...  contents, each at its offset, in the order of the table, without gaps
 * </pre>
 *
 * Whoever reads an image hashes these same bytes: {@link #identity()} is computed from what is
 * loaded, never from what was declared.
 */
public final class CodeImage {
  /** Most files of a bundle. */
  public static final int MAX_FILES = 4096;

  /** Largest image: 256 MiB. */
  public static final int MAX_BYTES = 256 << 20;

  private static final byte[] MAGIC = "PTNSIMG1".getBytes(StandardCharsets.US_ASCII);

  private final List<Entry> entries;

  private CodeImage(List<Entry> entries) {
    this.entries = entries;
  }

  /** A file of the image; the content is a read-only view. */
  public record Entry(String path, int executable, ByteBuffer content) {
    public Entry {
      CodeFile.checkPath(path);
      content = content.asReadOnlyBuffer();
    }
  }

  /** A file whose content is not at hand yet. */
  public record Place(String path, int executable, long size) {
    public Place {
      CodeFile.checkPath(path);
    }
  }

  /** The image of these files, in the order given; refuses two of one path. */
  public static byte[] write(List<Entry> files) {
    byte[] head =
        head(
            files.stream()
                .map(file -> new Place(file.path(), file.executable(), file.content().remaining()))
                .toList());
    int size = head.length + files.stream().mapToInt(file -> file.content().remaining()).sum();
    ByteBuffer out = ByteBuffer.allocate(size).put(head);
    files.forEach(file -> out.put(file.content().duplicate()));
    return out.array();
  }

  /**
   * Magic and table of an image of these files; their contents follow it in the same order, without
   * gaps.
   *
   * @throws IllegalArgumentException for too many files or bytes, or two of one path
   */
  public static byte[] head(List<Place> files) {
    long head = 16;
    long contents = 0;
    for (Place file : files) {
      head += 22L + file.path().getBytes(StandardCharsets.UTF_8).length;
      require(file.size() >= 0 && file.size() <= MAX_BYTES, "size of " + file.path());
      contents += file.size();
    }
    if (files.size() > MAX_FILES || head + contents > MAX_BYTES) {
      throw new IllegalArgumentException("a bundle has at most 4096 files and 256 MiB");
    }
    require(
        files.stream().map(Place::path).distinct().count() == files.size(),
        "two files of one path");
    ByteBuffer out = ByteBuffer.allocate((int) head).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(files.size()).putInt(0);
    long offset = head;
    for (Place file : files) {
      byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
      out.putInt(path.length).put(path).put((byte) CodeFile.REGULAR).put((byte) file.executable());
      out.putLong(offset).putLong(file.size());
      offset += file.size();
    }
    return out.array();
  }

  /**
   * Reads an image; contents are views of the buffer, which must not change any more.
   *
   * @throws IllegalArgumentException if it is not an image as drawn above
   */
  public static CodeImage read(ByteBuffer image) {
    ByteBuffer in = image.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    require(in.remaining() >= 16 && in.remaining() <= MAX_BYTES, "size");
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    require(java.util.Arrays.equals(magic, MAGIC), "magic");
    int count = in.getInt();
    require(count >= 0 && count <= MAX_FILES && in.getInt() == 0, "number of files");
    List<Entry> entries = new ArrayList<>();
    List<long[]> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String path = path(in);
      require(in.remaining() >= 18 && in.get() == CodeFile.REGULAR, "kind of " + path);
      int executable = in.get();
      require(executable >= 0 && executable <= 7, "executable bits of " + path);
      places.add(new long[] {executable, in.getLong(), in.getLong()});
      entries.add(new Entry(path, executable, ByteBuffer.allocate(0)));
    }
    long expected = in.position();
    for (int i = 0; i < count; i++) {
      long offset = places.get(i)[1];
      long size = places.get(i)[2];
      require(offset == expected && size >= 0 && size <= in.limit() - offset, "place of a file");
      Entry head = entries.get(i);
      entries.set(i, new Entry(head.path(), head.executable(), in.slice((int) offset, (int) size)));
      expected += size;
    }
    require(expected == in.limit(), "trailing bytes");
    require(entries.stream().map(Entry::path).distinct().count() == count, "two files of one path");
    return new CodeImage(List.copyOf(entries));
  }

  private static String path(ByteBuffer in) {
    require(in.remaining() >= 4, "truncated table");
    int length = in.getInt();
    require(length > 0 && length <= CodeFile.MAX_PATH && length <= in.remaining(), "path length");
    ByteBuffer bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("code image: a path is not UTF-8", e);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("code image: wrong " + what);
    }
  }

  public List<Entry> entries() {
    return entries;
  }

  /** The identity of exactly these bytes. */
  public CodeIdentity identity() {
    return CodeIdentity.of(entries.stream().map(CodeImage::file).toList());
  }

  private static CodeFile file(Entry entry) {
    MessageDigest digest = CodeIdentity.sha256();
    digest.update(entry.content().duplicate());
    return new CodeFile(
        entry.path(), entry.executable(), entry.content().remaining(), digest.digest());
  }
}
