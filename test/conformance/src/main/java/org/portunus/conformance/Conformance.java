// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.portunus.conformance.api.ApiGate;
import org.portunus.conformance.link.LinkSuite;
import org.portunus.conformance.mach.MachSuite;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.sandbox.SandboxSuite;
import org.portunus.tool.instance.Installation;

/** Main of {@code ./portunus conformance}. */
public final class Conformance {
  private static final int WRONG_USE = 2;
  private static final String USAGE =
      """
      usage: ./portunus conformance sandbox|mach|link [--json FILE]
             ./portunus conformance mach|link --list
             ./portunus conformance api [--accept]

      sandbox   tries inside sandboxes what they must refuse, as root and as an ordinary
                user, with each layer removed in turn, and outside, where it must succeed
      mach      names, rights, messages and notifications as XNU has them
      link      hostile peers of links: every state with every fault that fits
      api       the public packages against their baseline (japicmp); --accept makes the
                present ones the baseline

      Prints what failed or was skipped, and counts; status 0 only if nothing failed.

      Examples:
        ./portunus conformance sandbox
        ./portunus conformance mach --json mach.json
      """;

  private Conformance() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String suite = arguments.length == 0 ? "" : arguments[0];
    if (arguments.length > 0 && arguments[arguments.length - 1].equals("--help")) {
      System.out.print(USAGE);
      return;
    }
    if (suite.equals(ApiGate.NAME)) {
      System.exit(api(Arrays.asList(arguments).subList(1, arguments.length)));
      return;
    }
    boolean lists = arguments.length == 2 && arguments[1].equals("--list");
    if (lists && (suite.equals(MachSuite.NAME) || suite.equals(LinkSuite.NAME))) {
      (suite.equals(LinkSuite.NAME) ? LinkSuite.list() : MachSuite.list())
          .forEach(System.out::println);
      return;
    }
    boolean json = arguments.length == 3 && arguments[1].equals("--json");
    Optional<SuiteReport> report = arguments.length == 1 || json ? run(suite) : Optional.empty();
    if (report.isEmpty()) {
      System.err.print(USAGE);
      System.exit(WRONG_USE);
      return;
    }
    if (json) {
      Files.writeString(Path.of(arguments[2]), report.get().json());
    }
    report.get().lines().forEach(System.out::println);
    System.exit(report.get().count(SuiteRow.Result.FAIL) == 0 ? 0 : 1);
  }

  private static int api(List<String> options) throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("portunus.home", "."));
    if (options.equals(List.of(ApiGate.ACCEPT))) {
      System.out.printf("the baseline has %d classes%n", ApiGate.accept(root));
      return 0;
    }
    if (!options.isEmpty()) {
      System.err.print(USAGE);
      return WRONG_USE;
    }
    ApiGate.Verdict verdict = ApiGate.check(root);
    System.out.print(verdict.report());
    return verdict.isCompatible() ? 0 : 1;
  }

  private static Optional<SuiteReport> run(String suite) throws IOException {
    return switch (suite) {
      case "sandbox" -> Optional.of(SandboxSuite.run(Installation.current()));
      case MachSuite.NAME -> Optional.of(MachSuite.run(Installation.current()));
      case LinkSuite.NAME -> Optional.of(LinkSuite.run(1));
      default -> Optional.empty();
    };
  }
}
