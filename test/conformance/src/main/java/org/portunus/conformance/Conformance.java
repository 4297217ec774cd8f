// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.sandbox.SandboxSuite;
import org.portunus.tool.instance.Installation;

/** Main of {@code ./portunus conformance}. */
public final class Conformance {
  private static final String USAGE =
      """
      usage: ./portunus conformance sandbox [--json FILE]

      Tries inside sandboxes what they must refuse, as root and as an ordinary user, with
      each layer removed in turn, and outside, where it must succeed. Prints what failed
      or was skipped and how many layers refuse; status 0 only if nothing failed.

      Examples:
        ./portunus conformance sandbox
        ./portunus conformance sandbox --json sandbox.json
      """;

  private Conformance() {}

  public static void main(String[] arguments) throws IOException {
    boolean json = arguments.length == 3 && arguments[1].equals("--json");
    if (arguments.length == 0
        || !arguments[0].equals("sandbox")
        || (arguments.length > 1 && !json)) {
      boolean help = arguments.length > 0 && arguments[arguments.length - 1].equals("--help");
      (help ? System.out : System.err).print(USAGE);
      System.exit(help ? 0 : 2);
    }
    if (arguments.length == 2) {
      System.exit(2);
    }
    SuiteReport report = SandboxSuite.run(Installation.current());
    if (json) {
      Files.writeString(Path.of(arguments[2]), report.json());
    }
    report.lines().forEach(System.out::println);
    System.exit(report.count(SuiteRow.Result.FAIL) == 0 ? 0 : 1);
  }
}
