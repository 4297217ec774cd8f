// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ManPageTest {
  private static final Terminal TERMINAL = Terminal.ofThisProcess();
  private final Map<String, String> pages =
      ManPage.all(TERMINAL).stream().collect(Collectors.toMap(ManPage::name, ManPage::text));

  @Test
  void everyVerbHasAPageWithEachOptionAndExampleOfItsHelp() {
    Map<String, CommandLine> verbs = CommandLineParser.of(TERMINAL).getSubcommands();
    assertThat(pages).hasSize(verbs.size() + 1).containsKey("portunus");
    verbs.forEach((name, verb) -> {
      String page = pages.getOrDefault("portunus-" + name, "");
      assertThat(page)
          .startsWith(".TH \"PORTUNUS\\-" + name.toUpperCase(Locale.ROOT).replace("-", "\\-"));
      for (OptionSpec option : verb.getCommandSpec().options()) {
        for (String each : option.names()) {
          assertThat(page).contains(each.replace("-", "\\-"));
        }
      }
      for (String example : verb.getCommandSpec().usageMessage().footer()) {
        assertThat(page).contains(example.strip().replace("\\", "\\e").replace("-", "\\-"));
      }
      assertThat(pages.get("portunus")).contains("portunus\\-" + name.replace("-", "\\-"));
    });
  }

  @Test
  void noTextIsTakenForARequest() {
    Function<String, String> word = line -> line.substring(0, Math.min(3, line.length()));
    assertThat(pages.values())
        .flatExtracting(
            page -> page.lines().filter(line -> line.startsWith(".")).map(word).toList())
        .isSubsetOf(".TH", ".SH", ".TP", ".B ", ".BR", ".I ", ".nf", ".fi");
    assertThat(pages.values())
        .noneMatch(page -> page.lines().anyMatch(line -> line.startsWith("'")));
  }
}
