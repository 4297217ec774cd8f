// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.suite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the rows of a suite ended, as the table and the JSON that {@code conformance} writes. */
public final class SuiteReport {
  private final String suite;
  private final List<Outcome> rows = new ArrayList<>();

  private record Outcome(Row row, String result, String detail) {}

  private SuiteReport(String suite) {
    this.suite = suite;
  }

  /** Runs all rows against the instance with this socket. */
  public static SuiteReport run(String suite, List<Row> rows, Path socket) {
    SuiteReport report = new SuiteReport(suite);
    for (Row row : rows) {
      report.rows.add(outcome(row, socket));
    }
    return report;
  }

  private static Outcome outcome(Row row, Path socket) {
    try (TaskSource tasks = new TaskSource(socket)) {
      row.check().run(tasks);
      return new Outcome(row, "pass", "");
    } catch (AssertionError | Exception failure) {
      return new Outcome(row, "fail", failure.toString());
    }
  }

  public long failed() {
    return rows.stream().filter(row -> !row.result().equals("pass")).count();
  }

  /** A line for each row. */
  public List<String> lines() {
    return rows.stream()
        .map(row ->
            "%-8s %-10s %-5s %s %s"
                .formatted(row.row.id(), row.row.setting(), row.result, row.row.title(), row.detail)
                .stripTrailing())
        .toList();
  }

  /** The form of docs and scripts: suite, rows, passed, failed, skipped. */
  public String json() {
    List<String> entries =
        rows.stream()
            .map(row ->
                "{\"id\":%s,\"title\":%s,\"setting\":%s,\"result\":%s,\"detail\":%s}"
                    .formatted(
                        text(row.row.id()),
                        text(row.row.title()),
                        text(row.row.setting().toString()),
                        text(row.result),
                        text(row.detail)))
            .toList();
    return "{\"suite\":%s,\"rows\":[%s],\"passed\":%d,\"failed\":%d,\"skipped\":0}%n"
        .formatted(text(suite), String.join(",", entries), rows.size() - failed(), failed());
  }

  private static String text(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
