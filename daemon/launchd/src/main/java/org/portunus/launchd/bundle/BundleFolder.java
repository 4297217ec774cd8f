// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.bundle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeFile;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.identity.CodeImage.Place;
import org.portunus.abi.log.LogText;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileStatus;
import org.portunus.linux.file.FolderNames;

/** An open bundle folder, walked by descriptors: no link is followed, no path is resolved twice. */
final class BundleFolder implements AutoCloseable {
  private static final int MAX_DEPTH = 32;
  private static final int FOLDER =
      OpenFlag.READ_ONLY | OpenFlag.DIRECTORY | OpenFlag.NO_FOLLOW | OpenFlag.NON_BLOCKING;
  private static final int ANY = OpenFlag.PATH | OpenFlag.NO_FOLLOW;
  private static final int FILE = OpenFlag.READ_ONLY | OpenFlag.NO_FOLLOW | OpenFlag.NON_BLOCKING;

  private final Descriptor root;
  private final List<Place> files = new ArrayList<>();
  private long bytes;

  private BundleFolder(Descriptor root) {
    this.root = root;
  }

  /**
   * Opens a folder below another, name by name.
   *
   * @param path relative, '/' between names
   */
  static BundleFolder open(Descriptor bundles, String path) {
    return new BundleFolder(descend(bundles, path, path));
  }

  private static Descriptor descend(Descriptor from, String path, String shown) {
    Descriptor at = reopen(from, shown);
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      try (Descriptor parent = at) {
        at = parent.openAt(name, FOLDER, 0);
      } catch (LinuxException e) {
        throw refused(shown, "is no folder that can be opened without following links", e);
      }
    }
    return at;
  }

  private static Descriptor reopen(Descriptor folder, String shown) {
    try {
      return folder.openAt(".", FOLDER, 0);
    } catch (LinuxException e) {
      throw refused(shown, "can't be opened", e);
    }
  }

  /** All files, in byte order of their paths, once every rule about names and kinds is kept. */
  List<Place> list() {
    files.clear();
    bytes = 0;
    try (Descriptor copy = reopen(root, "the bundle")) {
      walk(copy, "", 1);
    }
    files.sort((a, b) -> Arrays.compareUnsigned(utf8(a.path()), utf8(b.path())));
    return List.copyOf(files);
  }

  /** Opens a file of the list for reading. */
  Descriptor openFile(String path) {
    int slash = path.lastIndexOf('/');
    try (Descriptor folder = descend(root, path.substring(0, Math.max(0, slash)), path)) {
      return folder.openAt(path.substring(slash + 1), FILE, 0);
    } catch (LinuxException e) {
      throw refused(path, "can't be opened", e);
    }
  }

  private void walk(Descriptor folder, String prefix, int depth) {
    if (depth > MAX_DEPTH) {
      throw refused(prefix, "folders are nested deeper than " + MAX_DEPTH);
    }
    List<byte[]> names;
    try {
      names = FolderNames.list(folder, CodeImage.MAX_FILES);
    } catch (LinuxException e) {
      throw refused(prefix, "can't be listed", e);
    }
    if (names.size() > CodeImage.MAX_FILES) {
      throw refused(prefix, "has more than " + CodeImage.MAX_FILES + " files");
    }
    Set<String> folded = new HashSet<>();
    for (byte[] raw : names) {
      String name = name(raw, prefix);
      if (!folded.add(fold(name))) {
        throw refused(prefix + name, "differs from another name only by upper and lower case");
      }
      visit(folder, name, prefix + name, depth);
    }
  }

  private void visit(Descriptor folder, String name, String path, int depth) {
    try (Descriptor entry = folder.openAt(name, ANY, 0)) {
      FileStatus status = entry.status();
      switch (status.type()) {
        case DIRECTORY -> {
          try (Descriptor inner = folder.openAt(name, FOLDER, 0)) {
            walk(inner, path + "/", depth + 1);
          }
        }
        case REGULAR -> add(path, status);
        case SYMBOLIC_LINK -> throw refused(path, "is a link");
        case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET, ANONYMOUS ->
            throw refused(path, "is no regular file but " + status.type());
      }
    } catch (LinuxException e) {
      throw refused(
          path, e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR) ? "is a link" : "can't be opened", e);
    }
  }

  private void add(String path, FileStatus status) {
    bytes += status.size();
    if (files.size() == CodeImage.MAX_FILES || bytes > CodeImage.MAX_BYTES) {
      throw refused(path, "is beyond the 4096 files and 256 MiB of a bundle");
    }
    int mode = status.permissions();
    int executable =
        ((mode & 0100) != 0 ? 4 : 0) | ((mode & 0010) != 0 ? 2 : 0) | ((mode & 0001) != 0 ? 1 : 0);
    files.add(new Place(path, executable, status.size()));
  }

  private static String name(byte[] raw, String prefix) {
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      throw refused(prefix, "has a name that is not UTF-8", e);
    }
    if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
      throw refused(prefix + name, "has a name that is not NFC");
    }
    try {
      CodeFile.checkPath(prefix + name);
    } catch (IllegalArgumentException e) {
      throw refused(prefix + name, "has a name that is too long or has control characters", e);
    }
    return name;
  }

  private static String fold(String name) {
    String upper = name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(upper, Normalizer.Form.NFC);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static PortunusException refused(String path, String rule) {
    return new PortunusException(ErrorCode.BUNDLE, shown(path) + " " + LogText.escape(rule));
  }

  static PortunusException refused(String path, String rule, Exception cause) {
    String detail = LogText.escape(rule + " (" + cause.getMessage() + ")");
    return new PortunusException(ErrorCode.BUNDLE, shown(path) + " " + detail, cause);
  }

  private static String shown(String path) {
    return path.isEmpty() ? "the bundle" : LogText.escape(path);
  }

  @Override
  public void close() {
    root.close();
  }
}
