// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Main of {@code ./portunus fuzz}: Jazzer, in a process of its own, on a target of this module. */
public final class Fuzz {
  private static final int WRONG_USE = 2;

  /** What {@code --help} prints. */
  public static final String USAGE =
      """
      usage: ./portunus fuzz link|kernel [--seconds N]

      link      feeds a service's end of a link with bytes for the ring, its words and the
                socket; anything but a typed end of the session is a finding
      kernel    feeds the kernel task's entry with the frames of two tasks; findings are its
                exceptions, untyped results, counts that are wrong, and all that is left when
                the tasks are gone

      Guided by the branches that the bytes reach (Jazzer). Begins with the corpus of
      test/conformance/src/fuzz/link or sys/kernel/src/fuzz/kernel; what is new stays in
      test/conformance/target/fuzz, the input of a finding too. 60 seconds unless N is given.

      Status 0 only if nothing was found.

      Examples:
        ./portunus fuzz link --seconds 600
        ./portunus fuzz kernel --seconds 600
      """;

  private static final Pattern PROGRESS =
      Pattern.compile("#(\\d+)\\s+\\w+\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/.*");

  /**
   * What came of a run.
   *
   * @param edges that were reached
   * @param findings the lines that tell of them
   */
  record Report(long inputs, long edges, long corpus, int status, List<String> findings) {}

  private Fuzz() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    if (given.contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    boolean timed = given.size() == 3 && given.get(1).equals("--seconds");
    Optional<FuzzTarget> target =
        given.isEmpty() ? Optional.empty() : FuzzTarget.of(given.getFirst());
    if (target.isEmpty() || (given.size() > 1 && !timed)) {
      System.err.print(USAGE);
      System.exit(WRONG_USE);
      return;
    }
    Path project = Path.of(System.getProperty("portunus.home", "."));
    Report report = run(target.get(), project, timed ? Integer.parseInt(given.get(2)) : 60);
    report.findings().forEach(System.out::println);
    System.out.printf(
        "%d inputs, %d edges, corpus of %d, %s%n",
        report.inputs(),
        report.edges(),
        report.corpus(),
        report.status() == 0 ? "nothing found" : "FOUND something, see above");
    System.exit(report.status() == 0 ? 0 : 1);
  }

  /** Runs the fuzzer for so long; the project was built. */
  static Report run(FuzzTarget target, Path project, int seconds)
      throws IOException, InterruptedException {
    Path module = project.resolve("test/conformance");
    Path folder = Files.createDirectories(module.resolve("target/fuzz").resolve(target.verb()));
    Path jars = module.resolve("target/fuzz/jars");
    List<String> path = new ArrayList<>(List.of(jars + "/*"));
    target.classes().forEach(built -> path.add(project.resolve(built).toString()));
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-Xss1m", "-ea:org.portunus..."));
    command.addAll(List.of("-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", String.join(":", path)));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.type());
    command.add("--instrumentation_includes=" + target.guides());
    command.add("--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*");
    command.add("--reproducer_path=" + folder);
    command.add("-artifact_prefix=" + folder + "/");
    command.add("-max_total_time=" + seconds);
    command.add("-timeout=30");
    command.add("-rss_limit_mb=0");
    command.add("-max_len=4096");
    command.add(Files.createDirectories(folder.resolve("corpus")).toString());
    command.add(project.resolve(target.corpus()).toString());
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    return read(process);
  }

  private static Report read(Process process) throws IOException, InterruptedException {
    long inputs = 0;
    long edges = 0;
    long corpus = 0;
    List<String> findings = new ArrayList<>();
    List<String> last = new ArrayList<>();
    try (BufferedReader out = process.inputReader();
        Stream<String> lines = out.lines()) {
      boolean found = false;
      for (String line : (Iterable<String>) lines::iterator) {
        Matcher progress = PROGRESS.matcher(line);
        if (progress.matches()) {
          inputs = Long.parseLong(progress.group(1));
          edges = Long.parseLong(progress.group(2));
          corpus = Long.parseLong(progress.group(4));
        }
        found |= line.startsWith("== Java") || line.contains("ERROR:");
        if (found) {
          findings.add(line);
        }
        last.add(line);
      }
    }
    int status = process.waitFor();
    if (status != 0 && findings.isEmpty()) {
      findings.addAll(last.subList(Math.max(0, last.size() - 20), last.size()));
    }
    return new Report(inputs, edges, corpus, status, findings);
  }
}
