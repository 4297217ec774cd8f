// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * All that an installation put into the file system, in the order in which it was put there.
 *
 * <pre>
 *   portunus-installation 1
 *   scope system|user
 *   folder PATH           made by the installation
 *   file SHA256 PATH      as it was written
 *   link PATH             a symbolic link
 *   version ID            a folder of versions, with its locks
 * </pre>
 */
public record InstallRecord(Place.Scope scope, List<Entry> entries) {
  private static final String HEAD = "portunus-installation 1";
  private static final int HASH = 64;

  /** One thing in the file system. */
  public sealed interface Entry {
    /** A folder that goes when it is empty. */
    record Folder(Path path) implements Entry {}

    /** A file that goes if it is still what was written. */
    record File(String hash, Path path) implements Entry {}

    /** A link that goes if it is still one. */
    record Link(Path path) implements Entry {}

    /** A version that goes with all that is in it. */
    record Version(String id) implements Entry {}
  }

  public InstallRecord {
    entries = List.copyOf(entries);
  }

  static InstallRecord empty(Place.Scope scope) {
    return new InstallRecord(scope, List.of());
  }

  /** With an entry more, unless it is there. */
  InstallRecord with(Entry entry) {
    if (entries.contains(entry)) {
      return this;
    }
    List<Entry> all = new ArrayList<>(entries);
    all.add(entry);
    return new InstallRecord(scope, all);
  }

  /** Of each file only what was written last. */
  InstallRecord settled() {
    List<Entry> all = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.File file) {
        all.removeIf(old -> old instanceof Entry.File known && known.path().equals(file.path()));
      }
      all.add(entry);
    }
    return new InstallRecord(scope, all);
  }

  InstallRecord without(Entry entry) {
    return new InstallRecord(scope, entries.stream().filter(each -> !each.equals(entry)).toList());
  }

  /** Ids of the versions, the oldest first. */
  public List<String> versions() {
    List<String> ids = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Version(String id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  boolean has(Path path) {
    return entries.stream()
        .anyMatch(entry ->
            switch (entry) {
              case Entry.Folder(Path own) -> own.equals(path);
              case Entry.File(_, Path own) -> own.equals(path);
              case Entry.Link(Path own) -> own.equals(path);
              case Entry.Version(_) -> false;
            });
  }

  /** Whether the file is as the installation wrote it. */
  boolean isOwn(Path path) throws IOException {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && entries.contains(new Entry.File(Hashes.of(path), path));
  }

  /**
   * Reads the record of a place; empty when nothing is installed there.
   *
   * @throws PortunusException INSTALLATION when the record is not as drawn above
   */
  public static Optional<InstallRecord> read(Place place) throws IOException {
    if (!Files.isRegularFile(place.record())) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(place.record());
    if (lines.size() < 2 || !lines.getFirst().equals(HEAD)) {
      throw damaged(place, "line 1");
    }
    Place.Scope scope =
        switch (lines.get(1)) {
          case "scope system" -> Place.Scope.SYSTEM;
          case "scope user" -> Place.Scope.USER;
          default -> throw damaged(place, "line 2");
        };
    List<Entry> entries = new ArrayList<>();
    for (String line : lines.subList(2, lines.size())) {
      entries.add(entry(place, line));
    }
    return Optional.of(new InstallRecord(scope, entries));
  }

  private static Entry entry(Place place, String line) {
    int space = line.indexOf(' ');
    String rest = line.substring(space + 1);
    return switch (line.substring(0, Math.max(0, space))) {
      case "folder" -> new Entry.Folder(path(place, rest));
      case "link" -> new Entry.Link(path(place, rest));
      case "version" -> version(place, rest);
      case "file" -> {
        if (rest.length() < HASH + 2) {
          throw damaged(place, line);
        }
        yield new Entry.File(rest.substring(0, HASH), path(place, rest.substring(HASH + 1)));
      }
      default -> throw damaged(place, line);
    };
  }

  private static Path path(Place place, String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute() || !path.equals(path.normalize())) {
      throw damaged(place, text);
    }
    return path;
  }

  private static Entry version(Place place, String id) {
    if (!VersionTree.isId(id)) {
      throw damaged(place, id);
    }
    return new Entry.Version(id);
  }

  private static PortunusException damaged(Place place, String where) {
    return new PortunusException(ErrorCode.INSTALLATION, place.record() + " is damaged: " + where);
  }

  /** Writes it in one step. */
  void write(Place place) throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    text.append(scope == Place.Scope.SYSTEM ? "scope system\n" : "scope user\n");
    for (Entry entry : entries) {
      text.append(
          switch (entry) {
            case Entry.Folder(Path path) -> "folder " + path;
            case Entry.File(String hash, Path path) -> "file " + hash + " " + path;
            case Entry.Link(Path path) -> "link " + path;
            case Entry.Version(String id) -> "version " + id;
          });
      text.append('\n');
    }
    Path next = place.record().resolveSibling(".installed.new");
    Files.writeString(next, text, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(next, place.record(), StandardCopyOption.ATOMIC_MOVE);
  }
}
