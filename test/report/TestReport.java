// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Sums surefire's reports: a line for each module, the failed tests with their reports, the skipped
 * ones with their reasons, and at last {@code N passed, M failed[, K skipped]}. Arguments: the root
 * of the project, then what failed beside the tests. The exit status is 0 only if there was no such
 * problem, something passed and nothing failed.
 */
public final class TestReport {
  private static final int MAX_REPORT = 4000;

  private final Map<String, Sum> modules = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, List<String>> skipped = new TreeMap<>();

  /** What one module's tests came to. */
  private record Sum(int passed, int failed, int skipped, double seconds) {
    static final Sum NONE = new Sum(0, 0, 0, 0);

    Sum plus(Sum other) {
      return new Sum(
          passed + other.passed,
          failed + other.failed,
          skipped + other.skipped,
          seconds + other.seconds);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    TestReport report = new TestReport();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(TestReport::isReport).sorted().toList()) {
        report.add(root, file);
      }
    }
    System.exit(report.print(List.of(arguments).subList(1, arguments.length)));
  }

  private static boolean isReport(Path file) {
    return file.getParent().endsWith("target/surefire-reports")
        && file.getFileName().toString().matches("TEST-.*\\.xml");
  }

  private void add(Path root, Path file) throws Exception {
    String module = root.relativize(file.getParent().getParent().getParent()).toString();
    Element suite =
        DocumentBuilderFactory.newDefaultNSInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getDocumentElement();
    NodeList cases = suite.getElementsByTagName("testcase");
    Sum sum = new Sum(0, 0, 0, Double.parseDouble(suite.getAttribute("time").replace(",", "")));
    for (int index = 0; index < cases.getLength(); index++) {
      sum = sum.plus(count((Element) cases.item(index)));
    }
    modules.merge(module, sum, Sum::plus);
  }

  private Sum count(Element test) {
    String name = test.getAttribute("classname") + " " + test.getAttribute("name");
    List<Element> bad = new ArrayList<>();
    for (String kind : List.of("failure", "error")) {
      NodeList found = test.getElementsByTagName(kind);
      for (int index = 0; index < found.getLength(); index++) {
        bad.add((Element) found.item(index));
      }
    }
    if (!bad.isEmpty()) {
      String text = bad.getFirst().getTextContent().strip();
      failures.add(name + "\n" + text.substring(0, Math.min(text.length(), MAX_REPORT)).indent(4));
      return new Sum(0, 1, 0, 0);
    }
    NodeList left = test.getElementsByTagName("skipped");
    if (left.getLength() > 0) {
      String reason = reason((Element) left.item(0));
      skipped.computeIfAbsent(reason, any -> new ArrayList<>()).add(name);
      return new Sum(0, 0, 1, 0);
    }
    return new Sum(1, 0, 0, 0);
  }

  /** The message, or where there is none the text up to the call stack, on one line. */
  private static String reason(Element skipped) {
    String message = skipped.getAttribute("message").strip();
    if (message.isEmpty()) {
      message =
          skipped
              .getTextContent()
              .lines()
              .takeWhile(line -> !line.startsWith("\tat "))
              .collect(Collectors.joining(" "));
    }
    return message.replaceFirst("^[\\w.]*TestAbortedException: *", "").replaceAll("\\s+", " ");
  }

  private int print(List<String> problems) {
    System.out.printf("%-34s %7s %7s %8s %9s%n", "module", "passed", "failed", "skipped", "seconds");
    Sum all = Sum.NONE;
    for (Map.Entry<String, Sum> module : modules.entrySet()) {
      Sum sum = module.getValue();
      all = all.plus(sum);
      System.out.printf(
          "%-34s %7d %7d %8d %9.1f%n",
          module.getKey(), sum.passed, sum.failed, sum.skipped, sum.seconds);
    }
    skipped.forEach(
        (reason, names) -> {
          System.out.printf("%nskipped: %s%n", reason.isEmpty() ? "no reason given" : reason);
          names.forEach(name -> System.out.println("    " + name));
        });
    failures.forEach(failure -> System.out.printf("%nFAILED: %s", failure));
    problems.forEach(problem -> System.out.printf("%nFAILED: %s%n", problem));
    int failed = all.failed + problems.size();
    if (failed == 0 && all.passed == 0) {
      failed = 1;
      System.out.printf("%nFAILED: no test passed at all%n");
    }
    System.out.println();
    System.out.println(
        all.passed
            + " passed, "
            + failed
            + " failed"
            + (all.skipped == 0 ? "" : ", " + all.skipped + " skipped"));
    return failed == 0 ? 0 : 1;
  }
}
