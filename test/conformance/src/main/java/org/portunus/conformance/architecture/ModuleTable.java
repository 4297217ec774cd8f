// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of modules in ARCHITECTURE.md, the one place where the graph is stated, and the
 * sentence about packages below it.
 *
 * @param together packages that count as one with those below them
 */
public record ModuleTable(List<Row> rows, List<String> together) {
  private static final String HEAD = "| module | folder | may require | third-party jars |";
  private static final Pattern JAR = Pattern.compile("([A-Za-z0-9.-]+) \\(([A-Za-z0-9. ]+)\\)");

  private static final Pattern TOGETHER =
      Pattern.compile("`([a-z.]+)` counts as one package with those below it");

  /** Stands in a cell that allows whatever there is. */
  private static final String ANYTHING = "anything";

  /**
   * One module.
   *
   * @param folder relative to the project's root
   * @param jars artifact names
   * @param jarModules module names of the jars
   * @param isFree whether it may require and bring anything
   */
  public record Row(
      String module,
      String folder,
      Set<String> mayRequire,
      Set<String> jars,
      Set<String> jarModules,
      boolean isFree) {}

  /**
   * Reads the document.
   *
   * @throws IllegalArgumentException when the table is missing or a row has another form
   */
  public static ModuleTable parse(String document) {
    List<String> lines = document.lines().toList();
    int head = lines.indexOf(HEAD);
    if (head < 0) {
      throw new IllegalArgumentException("no table with the head " + HEAD);
    }
    return new ModuleTable(
        lines.stream()
            .skip(head + 2L)
            .takeWhile(line -> line.startsWith("|"))
            .map(ModuleTable::row)
            .toList(),
        TOGETHER.matcher(document).results().map(match -> match.group(1)).toList());
  }

  private static Row row(String line) {
    List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    if (cells.size() != 6) {
      throw new IllegalArgumentException("not a row of four cells: " + line);
    }
    if (cells.get(3).equals(ANYTHING)) {
      return new Row(cells.get(1), cells.get(2), Set.of(), Set.of(), Set.of(), true);
    }
    Set<String> jars = new TreeSet<>();
    Set<String> jarModules = new TreeSet<>();
    for (String cell : items(cells.get(4))) {
      Matcher matcher = JAR.matcher(cell);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not of the form artifact (module module): " + cell);
      }
      jars.add(matcher.group(1));
      jarModules.addAll(Arrays.asList(matcher.group(2).split(" ", -1)));
    }
    Set<String> mayRequire = new TreeSet<>(items(cells.get(3)));
    return new Row(cells.get(1), cells.get(2), mayRequire, jars, jarModules, false);
  }

  private static List<String> items(String cell) {
    return cell.isEmpty() ? List.of() : new ArrayList<>(Arrays.asList(cell.split(", ", -1)));
  }

  /** The row of the module in this folder. */
  public Optional<Row> inFolder(String folder) {
    return rows.stream().filter(row -> row.folder().equals(folder)).findFirst();
  }
}
