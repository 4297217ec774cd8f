// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.portunus.abi.crash.CrashReport;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * The crash reports in the run folder, the latest ones. Their bytes are stored as they come and
 * never read here. The folder is made with the first report, and never a folder above it.
 */
final class CrashFolder {
  /** Most reports that are kept. */
  static final int MOST = 32;

  /** The folder's name in the run folder. */
  static final String NAME = "crashes";

  private static final Pattern REPORT = Pattern.compile("crash-[0-9]{1,10}-[0-9]{1,20}");
  private static final String PARTIAL = ".partial";

  private final Path folder;

  CrashFolder(Path run) {
    this.folder = run.resolve(NAME);
  }

  /**
   * Keeps a report; the eldest one goes for it.
   *
   * @param report sealed; stays the caller's
   * @throws IOException also for one that is not as {@link CrashReport} says
   */
  void keep(String name, Descriptor report) throws IOException {
    MemoryFile file = MemoryFile.of(report);
    long size = file.size();
    if (!REPORT.matcher(name).matches()
        || !file.isFullySealed()
        || size < 1
        || size > CrashReport.MAX_BYTES) {
      throw new IOException("no crash report: " + size + " bytes");
    }
    makeFolder();
    Path partial = folder.resolve(name + PARTIAL);
    Files.deleteIfExists(partial);
    Files.write(
        partial, file.read(0, (int) size), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
    Files.move(partial, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    prune();
  }

  private void makeFolder() throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException there) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw there;
      }
    }
  }

  private void prune() throws IOException {
    List<Path> reports = reports();
    for (Path eldest : reports.subList(0, Math.max(0, reports.size() - MOST))) {
      Files.deleteIfExists(eldest);
    }
  }

  /** The eldest first. */
  private List<Path> reports() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> REPORT.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparing(CrashFolder::time).thenComparing(Path::toString))
          .toList();
    }
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  /** Removes all reports and the folder. */
  void remove() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException none) {
      return;
    }
    Files.deleteIfExists(folder);
  }
}
