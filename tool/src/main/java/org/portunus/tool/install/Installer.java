// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
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
import org.portunus.tool.install.InstallOutcome.Kept;
import org.portunus.tool.install.InstallRecord.Entry;
import org.portunus.tool.instance.RunFolder;

/**
 * Puts a version where new programs find it. All checks come before the first change; an upgrade
 * touches no file of a version that is there, so that running instances go on.
 */
public final class Installer {
  private final Place place;
  private final VersionTree source;
  private final List<Provided> files;
  private final List<Kept> kept = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private InstallRecord record;

  private Installer(Place place, VersionTree source, List<Provided> files) {
    this.place = place;
    this.source = source;
    this.files = files;
    this.record = InstallRecord.empty(place.scope());
  }

  /** What is expected at the place. */
  public enum Mode {
    /** Nothing is installed there yet. */
    INSTALL,
    /** Some version is. */
    UPGRADE
  }

  /**
   * Installs or upgrades.
   *
   * @param files what comes beside the versions
   * @throws PortunusException INSTALL_BUSY, INSTALLATION, with nothing changed
   */
  public static InstallOutcome run(Place place, VersionTree source, List<Provided> files, Mode mode)
      throws IOException {
    return new Installer(place, source, files).run(mode);
  }

  private InstallOutcome run(Mode mode) throws IOException {
    if (mode == Mode.UPGRADE && !Files.exists(place.record())) {
      throw refused("nothing is installed in " + place.prefix() + ": portunus install");
    }
    Owners.check(place.library(), RunFolder.uid());
    List<Path> made = makeFolders(missing(place.library()));
    try (InstallLock _ = InstallLock.take(place.library())) {
      Optional<InstallRecord> before = InstallRecord.read(place);
      if (mode == Mode.INSTALL && before.isPresent()) {
        throw refused(place.prefix() + " has " + before.get().versions() + ": portunus upgrade");
      }
      record = before.orElse(record);
      if (record.scope() != place.scope()) {
        throw refused(place.prefix() + " was installed with the other of --user and not");
      }
      made.forEach(folder -> record = record.with(new Entry.Folder(folder)));
      String id = source.id();
      List<Path> folders = announce(id);
      carryOut(id, folders);
      record = record.settled();
      record.write(place);
      removeUnused(id);
      return new InstallOutcome(place, id, record.versions(), removed, kept);
    }
  }

  /** Checks what is in the way, then writes down what is about to be made. */
  private List<Path> announce(String id) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path folder : List.of(place.versions(), place.locks(), place.state().resolve("jobs"))) {
      folders.addAll(missing(folder));
    }
    folders.addAll(missing(place.state().resolve("bundles")));
    folders.addAll(missing(place.programs()));
    for (Provided file : files) {
      checkFree(file.path());
      folders.addAll(missing(file.folder()));
    }
    checkFree(place.program());
    checkFree(place.current());
    folders.forEach(folder -> record = record.with(new Entry.Folder(folder)));
    for (Provided file : files) {
      if (isChanged(file.path())) {
        kept.add(Kept.of(file.path(), "it was changed since it was installed"));
      } else {
        record = record.with(new Entry.File(Hashes.of(file.bytes()), file.path()));
      }
    }
    record = record.with(new Entry.Link(place.program())).with(new Entry.Link(place.current()));
    record = record.with(new Entry.Version(id));
    record.write(place);
    return folders;
  }

  private boolean isChanged(Path file) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !record.isOwn(file);
  }

  private void checkFree(Path path) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !record.has(path)) {
      throw refused(path + " is there, but was not installed by this program");
    }
  }

  private void carryOut(String id, List<Path> folders) throws IOException {
    List<Path> unusedMade = makeFolders(folders);
    VersionLocks.create(place.locks(), id);
    if (!Files.isDirectory(place.versions().resolve(id), LinkOption.NOFOLLOW_LINKS)) {
      source.copyTo(place.versions(), id);
    }
    for (Provided file : files) {
      if (!kept.contains(Kept.of(file.path(), "it was changed since it was installed"))) {
        write(file);
      }
    }
    link(place.current(), Path.of("versions", id));
    link(place.program(), place.programs().relativize(place.current().resolve("portunus")));
  }

  private static void write(Provided file) throws IOException {
    Path next = file.path().resolveSibling("." + file.path().getFileName() + ".new");
    Files.write(next, file.bytes());
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(next, file.path(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void link(Path link, Path target) throws IOException {
    Path next = link.resolveSibling("." + link.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, target);
    Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Versions that no instance runs. */
  private void removeUnused(String current) throws IOException {
    for (String id : record.versions()) {
      if (!id.equals(current)) {
        try (VersionLocks.Held held = VersionLocks.hold(place.locks(), id)) {
          switch (held.use()) {
            case NONE -> remove(id);
            case OWNER -> kept.add(new Kept(id, "an instance of its owner runs it"));
            case OTHERS -> kept.add(new Kept(id, "an instance of another user runs it"));
          }
        }
      }
    }
  }

  private void remove(String id) throws IOException {
    Trees.remove(place.versions().resolve(id));
    VersionLocks.remove(place.locks(), id);
    record = record.without(new Entry.Version(id));
    record.write(place);
    removed.add(id);
  }

  /** The folders that have to be made for this one to be there, the outermost first. */
  private static List<Path> missing(Path folder) {
    List<Path> missing = new ArrayList<>();
    for (Path each = folder; each != null && !Files.exists(each); each = each.getParent()) {
      missing.addFirst(each);
    }
    return missing;
  }

  private static List<Path> makeFolders(List<Path> folders) throws IOException {
    List<Path> made = new ArrayList<>();
    for (Path folder : folders) {
      if (makeFolder(folder)) {
        made.add(folder);
      }
    }
    return made;
  }

  /** False when it is there: by an earlier entry of a list, or by a second installer that waits. */
  private static boolean makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException there) {
      return false;
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return true;
  }

  private static PortunusException refused(String why) {
    return new PortunusException(ErrorCode.INSTALLATION, why);
  }
}
