// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.verb.CommandLineParser;

/** The verbs and options that there are, by what each verb's {@code --help} says. */
public final class Verbs {
  private static final long SECONDS = 60;
  private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z][a-z-]*)(?= )");
  private static final Pattern SUBVERBS = Pattern.compile("(?ms)^Commands:\\n(.*?)(?:\\n\\n|\\z)");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[A-Za-z][A-Za-z-]*");
  private static final Pattern VERB = Pattern.compile("[a-z][a-z-]*");

  private final Path root;
  private final Map<String, String> help = new TreeMap<>();
  private final Set<String> own;
  private final Set<String> verbs;

  /**
   * Asks the start script which verbs there are.
   *
   * @param root the project's folder
   * @param texts help of verbs that are neither the tool's nor to be asked for by the script
   */
  public Verbs(Path root, Map<String, String> texts) {
    this.root = root;
    help.putAll(texts);
    verbs = listed(script("help"));
    own = listed(tool());
  }

  private static Set<String> listed(String text) {
    Set<String> names = new TreeSet<>();
    LISTED.matcher(text).results().map(found -> found.group(1)).forEach(names::add);
    return names;
  }

  /** The part of the tool's help that lists its verbs. */
  private static String tool() {
    return SUBVERBS
        .matcher(tool("--help"))
        .results()
        .map(MatchResult::group)
        .findFirst()
        .orElse("");
  }

  private static String tool(String... arguments) {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    CommandLineParser.run(new Terminal(out, out, Terminal.Colours.OFF), arguments);
    return shown.toString(StandardCharsets.UTF_8);
  }

  private String script(String... arguments) {
    try {
      List<String> command = new ArrayList<>(List.of(root.resolve("portunus").toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = builder.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " does not end");
      }
      return said;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private String help(String verb) {
    return help.computeIfAbsent(
        verb, name -> own.contains(name) ? tool(name, "--help") : script(name, "--help"));
  }

  /** Whether there is a verb of this name. */
  boolean isVerb(String word) {
    return verbs.contains(word);
  }

  /** How many verbs there are. */
  int count() {
    return verbs.size();
  }

  /**
   * What is wrong with the words behind the program's name; nothing is looked at but whether verb
   * and options are there.
   */
  Optional<String> problem(List<String> words) {
    if (words.isEmpty() || !VERB.matcher(words.getFirst()).matches()) {
      return Optional.of("no verb behind portunus");
    }
    String verb = words.getFirst();
    if (!isVerb(verb)) {
      return Optional.of("there is no verb " + verb);
    }
    String text = help(verb);
    Optional<String> below = SUBVERBS.matcher(text).results().map(MatchResult::group).findFirst();
    if (below.isPresent() && words.size() > 1 && VERB.matcher(words.get(1)).matches()) {
      String name = words.get(1);
      if (!listed(below.get()).contains(name)) {
        return Optional.of("there is no verb " + verb + " " + name);
      }
      verb = verb + " " + name;
      String[] arguments = {words.getFirst(), name, "--help"};
      text = help.computeIfAbsent(verb, both -> tool(arguments));
    }
    Set<String> known = new TreeSet<>();
    OPTION.matcher(text).results().map(MatchResult::group).forEach(known::add);
    for (String word : words) {
      if (word.startsWith("'") || word.startsWith("\"")) {
        continue;
      }
      for (MatchResult option : OPTION.matcher(word).results().toList()) {
        if (!known.contains(option.group())) {
          return Optional.of(verb + " has no option " + option.group());
        }
      }
    }
    return Optional.empty();
  }
}
