// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.List;
import java.util.OptionalLong;

/**
 * A row of {@code hostile.tsv}: what one hostile document may lead to.
 *
 * @param allowed verdicts as in {@link Result#verdict}
 * @param limit value of the limit that stops it, in its unit
 * @param raised second bound of the limit, at which other verdicts are allowed
 */
record HostileRow(
    String file,
    String kind,
    String defence,
    OptionalLong limit,
    List<String> allowed,
    OptionalLong raised,
    List<String> raisedAllowed) {
  static HostileRow parse(String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != 9) {
      throw new IllegalArgumentException("a row of " + columns.length + " columns: " + columns[0]);
    }
    return new HostileRow(
        columns[0],
        columns[2],
        columns[3],
        value(columns[4]),
        List.of(columns[5].split(",")),
        value(columns[6]),
        columns[7].isEmpty() ? List.of() : List.of(columns[7].split(",")));
  }

  private static OptionalLong value(String text) {
    int space = text.indexOf(' ');
    if (space < 0 || !Character.isDigit(text.charAt(0))) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(text.substring(0, space));
    return OptionalLong.of(text.endsWith(" MiB") ? number << 20 : number);
  }
}
