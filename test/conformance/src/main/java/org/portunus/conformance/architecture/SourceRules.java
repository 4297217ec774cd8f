// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Rules of STYLE.md on single files. */
public final class SourceRules {
  private static final int MAX_LINES = 600;
  private static final int MIN_GUIDE = 40;

  /** A rule by the name that a report shows. */
  public record Rule(String name, Predicate<SourceFile> isBroken) {}

  private static final Pattern NAMES =
      Pattern.compile(
          "(Abstract|Base|Default|I)[A-Z][a-z].*|.*(Utils?|Helpers?|Impl|Manager|Common)");
  private static final Pattern PACKAGES =
      Pattern.compile("(?s).*\\bpackage [\\w.]*\\b(utils?|common|helpers?|misc)\\b.*");
  private static final Pattern PRINTING = Pattern.compile("System\\s*\\.\\s*(out|err)\\b");

  /** Whose purpose is writing to standard output or error; a task's are its log. */
  private static final List<String> PRINTERS =
      List.of(
          "tool/src/main/java/org/portunus/tool/terminal/",
          "lib/slf4j-provider/src/main/java/",
          "lib/system/src/main/java/org/portunus/system/plugin/",
          "lib/system/src/main/java/org/portunus/system/start/");

  private static final Pattern MAIN = Pattern.compile("\\bvoid main\\(");
  private static final Pattern SLEEPING =
      Pattern.compile("Thread\\s*\\.\\s*sleep\\(|TimeUnit\\s*\\.\\s*\\w+\\s*\\.\\s*sleep\\(");
  private static final Pattern REINTERPRET = Pattern.compile("\\.\\s*reinterpret\\s*\\(");
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
  private static final Pattern MOCKS = Pattern.compile("\\b(Mockito|EasyMock|mock\\()");
  private static final Pattern LICENSED =
      Pattern.compile("(?s)(?:[^\\n]*\\n){0,2}[^\\n]*SPDX-License-Identifier: Apache-2\\.0.*");

  /** Rules for Java files. */
  public static final List<Rule> JAVA =
      List.of(
          new Rule("forbidden name", file -> NAMES.matcher(file.simpleName()).matches()),
          new Rule("forbidden package", file -> PACKAGES.matcher(file.code()).matches()),
          new Rule(
              "prints outside the class with main",
              file ->
                  file.isMain()
                      && finds(PRINTING, file)
                      && !finds(MAIN, file)
                      && PRINTERS.stream().noneMatch(file.path()::startsWith)),
          new Rule("sleeps in a test", file -> file.isTest() && finds(SLEEPING, file)),
          new Rule(
              "reinterpret outside sys/linux",
              file -> !file.path().startsWith("sys/linux/") && finds(REINTERPRET, file)),
          new Rule("mocks", file -> file.isTest() && finds(MOCKS, file)),
          new Rule("unfinished", file -> UNFINISHED.matcher(withoutLiterals(file)).find()),
          new Rule("longer than 600 lines", file -> file.text().lines().count() > MAX_LINES));

  /** The rule for every file that a person wrote as source. */
  public static final Rule LICENCE =
      new Rule("no SPDX line", file -> !LICENSED.matcher(file.text()).matches());

  /** Rules for package-info.java of main sources. */
  public static final List<Rule> PACKAGE =
      List.of(
          new Rule("no guide in the package's comment", file -> guide(file).length() < MIN_GUIDE),
          new Rule("not @NullMarked", file -> !file.code().contains("@NullMarked")));

  private SourceRules() {}

  private static boolean finds(Pattern pattern, SourceFile file) {
    return pattern.matcher(file.code()).find();
  }

  private static String withoutLiterals(SourceFile file) {
    return file.text().replaceAll("\"(?:[^\"\\\\\\n]|\\\\.)*+\"", "\"\"");
  }

  private static String guide(SourceFile file) {
    int start = file.text().indexOf("/**");
    int end = file.text().indexOf("*/");
    return start < 0 || end < start
        ? ""
        : file.text().substring(start + 3, end).replaceAll("[\\s*]+", " ").strip();
  }

  /**
   * Whether an exported package says whom it is for: by annotation, or in a module that can't see
   * the annotations by a word of its comment.
   *
   * @param seesAnnotations whether the module reads org.portunus.abi or is it
   */
  public static boolean saysWhomItIsFor(SourceFile packageInfo, boolean seesAnnotations) {
    return seesAnnotations
        ? Pattern.compile("@(PublicApi|Internal)\\b").matcher(packageInfo.code()).find()
        : Pattern.compile("\\b(Internal|Public API)\\b").matcher(guide(packageInfo)).find();
  }

  /** What the files break, by rule; empty when nothing. */
  public static Map<String, List<String>> check(List<Rule> rules, List<SourceFile> files) {
    Map<String, List<String>> broken = new TreeMap<>();
    for (Rule rule : rules) {
      List<String> paths = files.stream().filter(rule.isBroken()).map(SourceFile::path).toList();
      if (!paths.isEmpty()) {
        broken.put(rule.name(), paths);
      }
    }
    return broken;
  }
}
