// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.install.InstallOutcome.Kept;
import org.portunus.tool.install.InstallRecord.Entry;

/**
 * Removes all that the record names. What somebody has changed or added stays, with the folders
 * above it.
 */
public final class Uninstaller {
  private final Place place;
  private final InstallRecord record;
  private final List<Kept> kept = new ArrayList<>();

  private Uninstaller(Place place, InstallRecord record) {
    this.place = place;
    this.record = record;
  }

  /**
   * Removes the installation.
   *
   * @throws PortunusException IN_USE when an instance of its owner runs, INSTALL_BUSY, INSTALLATION
   *     when nothing is installed; each with nothing changed
   */
  public static InstallOutcome run(Place place) throws IOException {
    if (!Files.exists(place.record())) {
      throw new PortunusException(
          ErrorCode.INSTALLATION, "nothing is installed in " + place.prefix());
    }
    try (InstallLock lock = InstallLock.take(place.library())) {
      InstallRecord record = InstallRecord.read(place).orElseThrow();
      return new Uninstaller(place, record).run(lock);
    }
  }

  private InstallOutcome run(InstallLock lock) throws IOException {
    List<VersionLocks.Held> held = new ArrayList<>();
    try {
      for (String id : record.versions()) {
        held.add(hold(id));
      }
      removeFiles();
      for (String id : record.versions()) {
        Trees.remove(place.versions().resolve(id));
        VersionLocks.remove(place.locks(), id);
      }
      removeLibrary(lock);
      removeFolders();
    } finally {
      for (VersionLocks.Held each : held) {
        each.close();
      }
    }
    return new InstallOutcome(place, "", List.of(), record.versions(), kept);
  }

  private VersionLocks.Held hold(String id) throws IOException {
    VersionLocks.Held held = VersionLocks.hold(place.locks(), id);
    if (held.use() == VersionLocks.Use.OWNER) {
      held.close();
      throw new PortunusException(ErrorCode.IN_USE, "version " + id + " in " + place.prefix());
    }
    return held;
  }

  private void removeFiles() throws IOException {
    for (Entry entry : record.entries()) {
      switch (entry) {
        case Entry.File(_, Path path) -> removeFile(path);
        case Entry.Link(Path path) -> removeLink(path);
        case Entry.Folder _ -> {}
        case Entry.Version _ -> {}
      }
    }
  }

  private void removeFile(Path path) throws IOException {
    if (record.isOwn(path)) {
      Files.delete(path);
    } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      keep(path, "it was changed since it was installed");
    }
  }

  private void removeLink(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      Files.delete(path);
    } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      keep(path, "it is no link any more");
    }
  }

  private void keep(Path path, String why) {
    Kept one = Kept.of(path, why);
    if (!kept.contains(one)) {
      kept.add(one);
    }
  }

  /** What interrupted changes leave goes too. */
  private void removeLibrary(InstallLock lock) throws IOException {
    Trees.remove(place.versions().resolve(".new"));
    for (String rest : List.of(".current.new", ".installed.new", "installed")) {
      Files.deleteIfExists(place.library().resolve(rest));
    }
    lock.remove();
  }

  private void removeFolders() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Entry entry : record.entries()) {
      if (entry instanceof Entry.Folder(Path path)) {
        folders.add(path);
      }
    }
    folders.sort(Comparator.comparingInt(Path::getNameCount).reversed());
    for (Path folder : folders) {
      try {
        boolean _ = Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException used) {
        keep(folder, "it has what was not installed");
      }
    }
  }
}
