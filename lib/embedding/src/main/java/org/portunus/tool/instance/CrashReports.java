// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.portunus.abi.crash.CrashReport;

/** The crash reports that the broker keeps in a run folder. */
public final class CrashReports {
  private static final Pattern NAME = Pattern.compile("crash-[0-9]{1,10}-[0-9]{1,20}");

  private final Path folder;

  public CrashReports(Path run) {
    this.folder = run.resolve("crashes");
  }

  /** The latest first; what is no report is left out. */
  public List<CrashReport> all() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> read(file.getFileName().toString()))
          .flatMap(Optional::stream)
          .sorted(Comparator.comparing((CrashReport report) -> report.head().time()).reversed())
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  /** One report; empty if there is none of this name that can be read. */
  public Optional<CrashReport> read(String name) {
    Path file = folder.resolve(name);
    if (!NAME.matcher(name).matches() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return CrashReport.parse(in.readNBytes(CrashReport.MAX_BYTES));
    } catch (IOException unreadable) {
      // It was removed for a later one meanwhile.
      return Optional.empty();
    }
  }
}
