// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.terminal;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.log.LogText;

/** Rows under headings, each column as wide as its widest cell. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<Cell>> rows = new ArrayList<>();

  /** One cell; its text is escaped when it is made. */
  private record Cell(String text, List<Terminal.Colour> colours) {}

  private Table(List<String> headings) {
    this.headings = headings;
  }

  /** A table without rows. */
  public static Table of(String... headings) {
    return new Table(List.of(headings));
  }

  /** Adds a row with one cell a heading. */
  public void add(String... cells) {
    addRow(List.of(), cells);
  }

  /** Adds a row whose first cell is in a colour. */
  public void add(Terminal.Colour first, String... cells) {
    addRow(List.of(first), cells);
  }

  private void addRow(List<Terminal.Colour> first, String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells under " + headings.size() + " headings");
    }
    List<Cell> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(new Cell(LogText.escape(cell), row.isEmpty() ? first : List.of()));
    }
    rows.add(row);
  }

  /** Writes headings and rows. */
  public void print(Terminal terminal) {
    int[] widths = widths();
    StringBuilder head = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      append(head, headings.get(column), headings.get(column), column, widths);
    }
    terminal.out().println(terminal.paint(Terminal.Colour.BOLD, head.toString().stripTrailing()));
    for (List<Cell> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        append(line, row.get(column).text(), painted(terminal, row.get(column)), column, widths);
      }
      terminal.out().println(line.toString().stripTrailing());
    }
  }

  private static String painted(Terminal terminal, Cell cell) {
    String text = cell.text();
    for (Terminal.Colour colour : cell.colours()) {
      text = terminal.paint(colour, text);
    }
    return text;
  }

  private static void append(
      StringBuilder line, String plain, String painted, int column, int[] widths) {
    line.append(painted);
    if (column < widths.length - 1) {
      line.repeat(' ', widths[column] - plain.length()).append(GAP);
    }
  }

  private int[] widths() {
    int[] widths = headings.stream().mapToInt(String::length).toArray();
    for (List<Cell> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).text().length());
      }
    }
    return widths;
  }
}
