// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.portunus.conformance.api.ApiGate;
import org.portunus.conformance.descriptor.DescriptorSuite;
import org.portunus.conformance.fuzz.Fuzz;
import org.portunus.conformance.link.LinkSuite;
import org.portunus.conformance.mach.MachSuite;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.sandbox.SandboxSuite;
import org.portunus.conformance.site.Site;
import org.portunus.conformance.site.Verbs;
import org.portunus.tool.instance.Installation;

/** Main of {@code ./portunus conformance}. */
public final class Conformance {
  private static final int WRONG_USE = 2;
  private static final String USAGE =
      """
      usage: ./portunus conformance sandbox|mach|link|descriptors [--json FILE]
             ./portunus conformance mach|link|descriptors --list
             ./portunus conformance api [--accept]
             ./portunus conformance site --out DIR [--json FILE]

      sandbox   tries inside sandboxes what they must refuse, as root and as an ordinary
                user, with each layer removed in turn, and outside, where it must succeed
      mach      names, rights, messages and notifications as XNU has them
      link      hostile peers of links: every state with every fault that fits
      descriptors  hostile descriptors at the kernel task, and how long its loop took meanwhile
      api       the public packages against their baseline (japicmp); --accept makes the
                present ones the baseline
      site      the documents as pages in DIR; links and commands in them must be right

      Prints what failed or was skipped, and counts; status 0 only if nothing failed.

      Examples:
        ./portunus conformance sandbox
        ./portunus conformance mach --json mach.json
        ./portunus conformance site --out target/site
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
    if (suite.equals(Site.NAME)) {
      System.exit(site(Arrays.asList(arguments).subList(1, arguments.length)));
      return;
    }
    boolean lists = arguments.length == 2 && arguments[1].equals("--list");
    Optional<List<String>> rows = lists ? list(suite) : Optional.empty();
    if (rows.isPresent()) {
      rows.get().forEach(System.out::println);
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

  private static Optional<List<String>> list(String suite) {
    return switch (suite) {
      case MachSuite.NAME -> Optional.of(MachSuite.list());
      case LinkSuite.NAME -> Optional.of(LinkSuite.list());
      case DescriptorSuite.NAME -> Optional.of(DescriptorSuite.list());
      default -> Optional.empty();
    };
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

  private static int site(List<String> options) throws IOException {
    boolean isComplete =
        (options.size() == 2 || (options.size() == 4 && options.get(2).equals("--json")))
            && options.getFirst().equals("--out");
    if (!isComplete) {
      System.err.print(USAGE);
      return WRONG_USE;
    }
    Path root = Path.of(System.getProperty("portunus.home", ".")).toAbsolutePath().normalize();
    Site site = Site.of(root, new Verbs(root, helps()));
    site.write(Path.of(options.get(1)));
    if (options.size() == 4) {
      Files.writeString(Path.of(options.get(3)), site.report().json());
    }
    site.report().text().forEach(System.out::println);
    return site.report().problems().isEmpty() ? 0 : 1;
  }

  /** The help of the two verbs whose main is in this module. */
  public static Map<String, String> helps() {
    return Map.of("conformance", USAGE, "fuzz", Fuzz.USAGE);
  }

  private static Optional<SuiteReport> run(String suite) throws IOException {
    return switch (suite) {
      case "sandbox" -> Optional.of(SandboxSuite.run(Installation.current()));
      case MachSuite.NAME -> Optional.of(MachSuite.run(Installation.current()));
      case LinkSuite.NAME -> Optional.of(LinkSuite.run(1));
      case DescriptorSuite.NAME -> Optional.of(DescriptorSuite.run(Installation.current()));
      default -> Optional.empty();
    };
  }
}
