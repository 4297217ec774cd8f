// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.bundle;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.launchd.plist.BundleManifest;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;

/**
 * The files of a code image that its task sees as files: native libraries and fonts, which are
 * loaded by name. What is in their folders is declared, and the reverse.
 */
public final class SealedFiles {
  private static final String NATIVE_FOLDER = "Contents/Native/";
  private static final String FONT_FOLDER = "Contents/Fonts/";
  private static final String AT = "/portunus/";
  private static final Set<Integer> ELF = Set.of(0x7f454c46);
  private static final Set<Integer> FONT = Set.of(0x00010000, 0x4f54544f, 0x74727565);

  private SealedFiles() {}

  /** Refuses a file that is declared and not there, or there and not declared. */
  static void check(CodeImage image, BundleManifest manifest) {
    check(image, NATIVE_FOLDER, manifest.libraries(), ELF, "NativeLibraries");
    check(image, FONT_FOLDER, manifest.fonts(), FONT, "Fonts");
  }

  private static void check(
      CodeImage image, String folder, List<String> declared, Set<Integer> kinds, String key) {
    Set<String> missing = new HashSet<>(declared);
    for (CodeImage.Entry entry : image.entries()) {
      if (entry.path().startsWith(folder)) {
        if (!missing.remove(entry.path().substring(folder.length()))) {
          throw BundleFolder.refused(entry.path(), "is not in the " + key + " of Info.plist");
        }
        ByteBuffer content = entry.content();
        if (content.remaining() < Integer.BYTES
            || !kinds.contains(content.getInt(content.position()))) {
          throw BundleFolder.refused(entry.path(), "is no file of the kind of " + key);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw BundleFolder.refused(
          folder, "lacks " + String.join(", ", missing) + " of Info.plist's " + key);
    }
  }

  /**
   * A sealed memory file of each, from the sealed image and in this order. New ones for each
   * launch: who reads one moves its offset.
   *
   * @param files of a LaunchRecord of this bundle
   * @return the caller's to close
   */
  public static List<MemoryFile> seal(Bundle bundle, List<String> files) throws LinuxException {
    List<MemoryFile> sealed = new ArrayList<>();
    if (files.isEmpty()) {
      return sealed;
    }
    boolean done = false;
    try (Arena arena = Arena.ofConfined()) {
      MemoryFile file = bundle.image();
      CodeImage image =
          CodeImage.read(
              Mapping.map(
                      file.descriptor(),
                      0,
                      file.size(),
                      Mapping.Access.READ,
                      Mapping.Sharing.SHARED,
                      arena)
                  .asByteBuffer());
      for (String each : files) {
        sealed.add(
            each.equals(LaunchRecord.FONT_LIST)
                ? MemoryFile.sealedCopy("fonts", fontList(bundle.manifest().fonts()))
                : MemoryFile.sealedCopy("file", content(image, each)));
      }
      done = true;
      return sealed;
    } finally {
      if (!done) {
        sealed.forEach(MemoryFile::close);
      }
    }
  }

  private static MemorySegment content(CodeImage image, String file) {
    String path =
        file.startsWith(LaunchRecord.NATIVE)
            ? NATIVE_FOLDER + file.substring(LaunchRecord.NATIVE.length())
            : FONT_FOLDER + file.substring(LaunchRecord.FONTS.length());
    return image.entries().stream()
        .filter(entry -> entry.path().equals(path))
        .map(entry -> MemorySegment.ofBuffer(entry.content()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * What Java's own fonts are, in the form that its font configuration has: the first for every
   * family and style, the others behind it.
   */
  private static byte[] fontList(List<String> fonts) {
    StringBuilder list = new StringBuilder("version=1\n");
    List<String> names = new ArrayList<>();
    for (String font : fonts) {
      String name = "font" + names.size();
      names.add(name);
      list.append("filename.%s=%s%s%s%n".formatted(name, AT, LaunchRecord.FONTS, font));
      for (String family : List.of("serif", "sansserif", "monospaced", "dialog", "dialoginput")) {
        for (String style : List.of("plain", "bold", "italic", "bolditalic")) {
          list.append("%s.%s.%s=%s%n".formatted(family, style, name, name));
        }
      }
    }
    list.append("sequence.allfonts=").append(String.join(",", names)).append('\n');
    return list.toString().getBytes(StandardCharsets.UTF_8);
  }
}
