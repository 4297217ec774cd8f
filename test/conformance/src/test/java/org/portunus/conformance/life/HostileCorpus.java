// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.portunus.conformance.Project;

/** A corpus of a few hostile documents with their rows of the table, for runs of the demo. */
final class HostileCorpus {
  /** Which columns of a row the demo is to judge by. */
  enum Bound {
    STANDARD,
    RAISED
  }

  private static final Path SHIPPED = Project.root().resolve("examples/inspector/corpus");

  /** Columns of a limit, its allowed outcomes and its facts; those of the second bound follow. */
  private static final int LIMIT = 4;

  private static final int COLUMNS_OF_BOUND = 3;

  private HostileCorpus() {}

  /**
   * @param folder does not exist yet
   */
  static Path make(Path folder, Bound bound, List<String> files) throws IOException {
    Path hostile = Files.createDirectories(folder.resolve("hostile"));
    Files.createDirectory(folder.resolve("real"));
    Files.writeString(folder.resolve("expected.json"), "[]");
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(SHIPPED.resolve("hostile.tsv"))) {
      String[] columns = line.split("\t", -1);
      if (files.contains(columns[0])) {
        Files.copy(SHIPPED.resolve("hostile").resolve(columns[0]), hostile.resolve(columns[0]));
        rows.add(String.join("\t", bound == Bound.RAISED ? raised(columns) : columns));
      }
    }
    if (rows.size() != files.size()) {
      throw new IllegalArgumentException("not all in the table: " + files);
    }
    Files.write(folder.resolve("hostile.tsv"), rows);
    return folder;
  }

  /** The second bound takes the place of the default, so that the demo judges by it. */
  private static String[] raised(String[] columns) {
    String[] row = columns.clone();
    System.arraycopy(columns, LIMIT + COLUMNS_OF_BOUND, row, LIMIT, COLUMNS_OF_BOUND);
    return row;
  }

  /** A limit of a row in its unit. */
  static long limit(String file, Bound bound) throws IOException {
    String[] columns =
        Files.readAllLines(SHIPPED.resolve("hostile.tsv")).stream()
            .map(line -> line.split("\t", -1))
            .filter(row -> row[0].equals(file))
            .findFirst()
            .orElseThrow();
    String limit = columns[bound == Bound.RAISED ? LIMIT + COLUMNS_OF_BOUND : LIMIT];
    return Long.parseLong(Arrays.asList(limit.split(" ")).getFirst());
  }
}
