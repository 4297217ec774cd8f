// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.suite;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.portunus.conformance.mach.MachSuite;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/**
 * {@code conformance SUITE [--list] [--json FILE]}: runs a suite against a private instance. Exit
 * status 0 only if nothing failed, 2 for wrong use.
 */
public final class Conformance {
  private static final int WRONG_USE = 2;
  private static final Map<String, List<Row>> SUITES =
      new TreeMap<>(Map.of(MachSuite.NAME, MachSuite.rows()));

  private Conformance() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Deque<String> left = new ArrayDeque<>(List.of(arguments));
    String suite = left.isEmpty() ? "" : left.removeFirst();
    Optional<Path> json = Optional.empty();
    boolean list = false;
    boolean wrong = !SUITES.containsKey(suite);
    while (!left.isEmpty()) {
      String option = left.removeFirst();
      if (option.equals("--list")) {
        list = true;
      } else if (option.equals("--json") && !left.isEmpty()) {
        json = Optional.of(Path.of(left.removeFirst()));
      } else {
        wrong = true;
      }
    }
    if (wrong) {
      System.err.println(
          "usage: conformance SUITE [--list] [--json FILE]; suites: " + SUITES.keySet());
      System.exit(WRONG_USE);
    }
    List<Row> rows = SUITES.getOrDefault(suite, List.of());
    if (list) {
      rows.forEach(row -> out.printf("%-8s %-10s %s%n", row.id(), row.setting(), row.title()));
      MachSuite.refusals().forEach(out::println);
      return;
    }
    System.exit(run(suite, rows, json, out));
  }

  private static int run(String suite, List<Row> rows, Optional<Path> json, PrintStream out)
      throws IOException {
    Path empty = Files.createTempDirectory("conformance-");
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (PrivateInstance instance = PrivateInstance.start(Installation.current(), empty, empty)) {
      SuiteReport report = SuiteReport.run(suite, rows, instance.socket());
      report.lines().forEach(out::println);
      if (json.isPresent()) {
        Files.writeString(json.get(), report.json());
      }
      out.printf("%d passed, %d failed%n", rows.size() - report.failed(), report.failed());
      return report.failed() == 0 ? 0 : 1;
    } finally {
      Files.deleteIfExists(empty);
    }
  }
}
