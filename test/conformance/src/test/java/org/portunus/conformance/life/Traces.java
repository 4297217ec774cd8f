// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.linux.process.ThisProcess;

/** What an instance may leave on its machine beside processes. */
final class Traces {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final Path RESERVATIONS = Path.of("/run/portunus");
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int DEPTH = 6;

  private Traces() {}

  /** Control groups of an instance. */
  static List<Path> groups(String instance) {
    List<Path> found = new ArrayList<>();
    try {
      Path unusedStart =
          Files.walkFileTree(
              GROUPS,
              java.util.Set.of(),
              DEPTH,
              new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes unused) {
                  if (path.toString().contains(instance)) {
                    found.add(path);
                  }
                  return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException gone) {
                  return FileVisitResult.CONTINUE;
                }
              });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return found;
  }

  /**
   * A file that says who has a range of uids; another instance may take it over later.
   *
   * @param mark its content, another one for each holder
   */
  record Reservation(Path file, String mark) {
    boolean isStillThere() {
      try {
        return Files.readString(file).equals(mark);
      } catch (NoSuchFileException gone) {
        return false;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  /** Reservations of uids that a broker holds: none that is not root's, which alone leases uids. */
  static List<Reservation> reservationsOf(long broker) {
    if (ThisProcess.effectiveUid() != 0) {
      return List.of();
    }
    Path folder = Path.of("/proc/" + broker + "/fd");
    List<Reservation> held = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path descriptor : all.toList()) {
        Path target = Files.readSymbolicLink(descriptor);
        if (target.startsWith(RESERVATIONS)) {
          held.add(new Reservation(target, Files.readString(target)));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return held;
  }

  /** Mounts of the host that have to do with an instance. */
  static List<String> mounts(String instance, Path run) {
    try {
      return Files.readAllLines(MOUNTS).stream()
          .filter(line -> line.contains(instance) || line.contains(run.toString()))
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
