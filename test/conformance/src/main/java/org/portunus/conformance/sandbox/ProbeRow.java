// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.portunus.security.sandbox.SandboxLayer;

/**
 * One row of {@code probes.tsv}.
 *
 * @param inside results that a whole sandbox may give
 * @param outside results that show success in an ordinary program
 * @param needsRoot whether only root succeeds outside
 * @param only layers of which each alone refuses it
 */
record ProbeRow(
    String id,
    String attempt,
    Set<String> inside,
    Set<String> outside,
    boolean needsRoot,
    Set<SandboxLayer> only,
    String title) {
  private static final String TABLE = "probes.tsv";
  private static final int COLUMNS = 7;
  private static final String OLDER = "<";
  private static final ExecuteOrder ORDER = ExecuteOrder.here();

  /** Every row of the table. */
  static List<ProbeRow> table() throws IOException {
    try (InputStream text = ProbeRow.class.getResourceAsStream(TABLE)) {
      if (text == null) {
        throw new IOException(TABLE + " is missing");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.startsWith("id\t"))
          .map(ProbeRow::parse)
          .toList();
    }
  }

  private static ProbeRow parse(String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException("not a row of " + COLUMNS + " columns: " + line);
    }
    return new ProbeRow(
        columns[0],
        columns[1],
        alternatives(columns[2]),
        alternatives(columns[3]),
        columns[4].equals("root"),
        layers(columns[5]),
        columns[6]);
  }

  private static Set<SandboxLayer> layers(String column) {
    return alternatives(column).stream()
        .filter(word -> !word.equals("-"))
        .filter(word -> !word.startsWith(OLDER) || ORDER == ExecuteOrder.ARGUMENTS_FIRST)
        .map(word -> SandboxLayer.valueOf(word.substring(word.startsWith(OLDER) ? 1 : 0)))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> alternatives(String column) {
    return new TreeSet<>(Arrays.asList(column.split("\\|", -1)));
  }

  /** Whether this result shows that nothing refused it. */
  boolean isSuccess(String result) {
    return outside.contains(result) && !inside.contains(result);
  }

  /** Whether it is about a limit, which an instance sets by other means than a bare plan. */
  boolean isLimit() {
    return id.startsWith("limit.");
  }

  /** Whether it is about a bundle's classes and the caller's environment. */
  boolean isJava() {
    return id.toLowerCase(Locale.ROOT).startsWith("java.");
  }
}
