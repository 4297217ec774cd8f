// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A manual page, made from what {@code --help} is made from. The form is man(7).
 *
 * @param name of the file, without section
 */
record ManPage(String name, String text) {

  /** One of the program, one of each verb. */
  static List<ManPage> all(Terminal terminal) {
    CommandLine program = CommandLineParser.of(terminal);
    return Stream.concat(Stream.of(program), program.getSubcommands().values().stream())
        .map(ManPage::of)
        .toList();
  }

  private static ManPage of(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    String name = spec.qualifiedName("-");
    CommandLine.Help help =
        new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(Ansi.OFF));
    StringBuilder page = new StringBuilder();
    page.append(
        ".TH \"%s\" \"1\" \"\" \"%s\" \"Portunus\"\n".formatted(upper(name), version(spec)));
    page.append(".SH NAME\n");
    String[] description = spec.usageMessage().description();
    page.append(escape(name)).append(" \\- ").append(escape(summary(description))).append('\n');
    page.append(".SH SYNOPSIS\n.nf\n").append(lines(help.synopsis(0))).append(".fi\n");
    page.append(".SH DESCRIPTION\n");
    for (String part : description) {
      page.append(lines(part));
    }
    options(page, spec);
    verbs(page, line);
    page.append(".SH EXAMPLES\n.nf\n");
    for (String example : spec.usageMessage().footer()) {
      page.append(lines(example.strip()));
    }
    page.append(".fi\n");
    page.append(".SH EXIT STATUS\n");
    page.append("0 fine, 1 failed, 2 wrong use, 3 this machine lacks something.\n");
    return new ManPage(name, page.toString());
  }

  private static String version(CommandSpec spec) {
    String[] version = spec.root().version();
    return version.length == 0 ? "Portunus" : version[0];
  }

  private static String upper(String name) {
    return escape(name.toUpperCase(Locale.ROOT));
  }

  /** The first sentence, without its end. */
  private static String summary(String[] description) {
    String all = String.join(" ", description);
    int end = all.indexOf(". ");
    String first = end < 0 ? all : all.substring(0, end);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  private static void options(StringBuilder page, CommandSpec spec) {
    page.append(".SH OPTIONS\n");
    for (PositionalParamSpec each : spec.positionalParameters()) {
      page.append(".TP\n.I ").append(escape(each.paramLabel())).append('\n');
      Arrays.stream(each.description()).forEach(text -> page.append(lines(text)));
    }
    for (OptionSpec each : spec.options()) {
      if (!each.hidden()) {
        String names =
            Arrays.stream(each.names()).map(ManPage::escape).collect(Collectors.joining(", "));
        String value = each.arity().max() == 0 ? "" : " " + escape(each.paramLabel());
        page.append(".TP\n.B ").append(names).append(value).append('\n');
        Arrays.stream(each.description()).forEach(text -> page.append(lines(text)));
      }
    }
  }

  private static void verbs(StringBuilder page, CommandLine line) {
    if (line.getSubcommands().isEmpty()) {
      return;
    }
    page.append(".SH VERBS\n");
    for (CommandLine verb : line.getSubcommands().values()) {
      CommandSpec spec = verb.getCommandSpec();
      page.append(".TP\n.BR ").append(escape(spec.qualifiedName("-"))).append(" (1)\n");
      page.append(lines(summary(spec.usageMessage().description())));
    }
  }

  /** Text lines that are no requests. */
  private static String lines(String text) {
    return text.replace("%n", "\n")
        .replace("%%", "%")
        .lines()
        .map(line -> (line.startsWith(".") || line.startsWith("'") ? "\\&" : "") + escape(line))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String escape(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-");
  }
}
