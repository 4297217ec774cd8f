// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A public routine, option or flag of XNU's headers: which rows have it, or why there is none.
 *
 * @param header its file in osfmk/mach
 * @param rows numbers of rows; empty if it is refused
 * @param refusal why; empty if there are rows
 */
record ClosedList(String header, String name, List<Integer> rows, String refusal) {
  private static final String FILE = "closed-list.txt";
  private static final int FIELDS = 4;

  /** All that are listed. */
  static List<ClosedList> read() {
    try (InputStream file = Objects.requireNonNull(ClosedList.class.getResourceAsStream(FILE));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(ClosedList::of)
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static ClosedList of(String line) {
    String[] fields = line.split(" +", FIELDS);
    if (fields.length != FIELDS) {
      throw new IllegalStateException("no entry of the closed list: " + line);
    }
    return switch (fields[2]) {
      case "rows" ->
          new ClosedList(
              fields[0],
              fields[1],
              Arrays.stream(fields[3].split(",", -1)).map(Integer::valueOf).toList(),
              "");
      case "refused" -> new ClosedList(fields[0], fields[1], List.of(), fields[3]);
      default -> throw new IllegalStateException("neither rows nor refused: " + line);
    };
  }

  String line() {
    String what = rows.isEmpty() ? "refused: " + refusal : "rows " + rows;
    return "%-14s %-38s %s".formatted(header, name, what);
  }
}
