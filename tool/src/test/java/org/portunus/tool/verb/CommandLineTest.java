// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  @Test
  void everyVerbHasHelpWithExamples() {
    Set<String> verbs = CommandLineParser.of(Terminal.ofThisProcess()).getSubcommands().keySet();
    assertThat(verbs)
        .contains("errors", "doctor", "status", "links", "start", "logs", "adapt", "completion");
    for (String verb : verbs) {
      CapturedRun help = CapturedRun.of(verb, "--help");
      assertThat(help.status()).isZero();
      assertThat(help.out()).contains("Examples:", "./portunus " + verb);
    }
  }

  @Test
  void wrongUseIsStatusTwoWithTheErrorAndItsFix() {
    for (List<String> wrong :
        List.of(List.<String>of(), List.of("nonsense"), List.of("logs", "-x"))) {
      CapturedRun run = CapturedRun.of(wrong.toArray(String[]::new));
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("portunus: usage: ").contains("\n  fix: see portunus");
    }
  }

  @Test
  void errorMessagesAreEscaped() {
    CapturedRun run = CapturedRun.of("logs", "--run", folder.resolve("a\u001b[31mb").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("a\\e[31mb").doesNotContain("\u001b");
  }

  @Test
  void errorsListsTheWholeRegistry() {
    CapturedRun text = CapturedRun.of("errors");
    JsonNode report = JSON.readTree(CapturedRun.of("errors", "--json").out());
    assertThat(report.get("errors").size()).isEqualTo(ErrorCode.values().length);
    int at = 0;
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(text.out()).contains(code.dotted(), code.cause(), code.fix());
      JsonNode row = report.get("errors").get(at++);
      assertThat(row.get("number").intValue()).isEqualTo(code.number());
      assertThat(row.get("name").stringValue()).isEqualTo(code.dotted());
      assertThat(row.get("cause").stringValue()).isEqualTo(code.cause());
      assertThat(row.get("fix").stringValue()).isEqualTo(code.fix());
    }
  }

  @Test
  void thePageOfErrorsIsCurrent() throws Exception {
    assertThat(CapturedRun.of("errors", "--markdown").out())
        .as("./portunus errors --markdown > docs/errors.md")
        .isEqualTo(Files.readString(document("docs/errors.md")));
  }

  @Test
  void theOrdinaryUserCaveatOpensTheCaveats() throws Exception {
    assertThat(Files.readAllLines(document("CAVEATS.md")))
        .startsWith("# Caveats", "", OrdinaryUserCaveat.TEXT);
  }

  /** A file of the project, found from the module's folder. */
  private static Path document(String path) {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(path))) {
      folder = Objects.requireNonNull(folder.getParent(), path);
    }
    return folder.resolve(path);
  }

  @Test
  void coloursAppearOnlyWhereTheyAreOn() {
    assertThat(CapturedRun.of(Terminal.Colours.ON, "errors").out()).contains("\u001b[");
    assertThat(CapturedRun.of("errors").out()).doesNotContain("\u001b");
  }

  @Test
  void logsShowsLinesEscapedAndAsJson() throws Exception {
    LogEvent event = LogEvent.of("job.start").with("cause", "first demand");
    LogLine first = LogLine.now("launchd", Optional.empty(), LogLine.Level.EVENT, event.text());
    LogLine second =
        LogLine.now("inspector", Optional.empty(), LogLine.Level.OUT, "clear \u001b[2J");
    String bad = "not a line \u001b[2J";
    Files.writeString(
        folder.resolve("log"), first.format() + "\n" + second.format() + "\n" + bad + "\n");

    CapturedRun text = CapturedRun.of("logs", "--run", folder.toString());
    assertThat(text.status()).isZero();
    assertThat(text.out().lines())
        .containsExactly(first.format(), second.format(), "not a line \\e[2J");

    List<JsonNode> objects =
        CapturedRun.of("logs", "--json", "--run", folder.toString())
            .out()
            .lines()
            .map(JSON::readTree)
            .toList();
    assertThat(objects).hasSize(3);
    assertThat(objects.get(0).get("event").stringValue()).isEqualTo("job.start");
    assertThat(objects.get(0).get("fields").get("cause").stringValue()).isEqualTo("first demand");
    assertThat(objects.get(1).get("text").stringValue()).isEqualTo("clear \u001b[2J");
    assertThat(objects.get(2).get("unreadable").stringValue()).isEqualTo(bad);
  }

  @Test
  void completionKnowsTheVerbs() {
    CapturedRun run = CapturedRun.of("completion");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("logs", "--follow");
  }
}
