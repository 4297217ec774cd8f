// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.portunus.abi.log.LogText;
import org.portunus.tool.config.Configuration;
import org.portunus.tool.config.Effective;
import org.portunus.tool.config.Setting;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells what is configured and where. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Tells each setting that holds, and where it is from. From strong to weak: the option of",
      "a verb, the environment (PORTUNUS_JOBS), the user's file (~/.config/portunus.conf), the",
      "installation's file, the built-in value. A file has lines KEY = VALUE, and [NAME] before",
      "those of one instance."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus config",
      "  ./portunus config --instance web --json | jq '.settings.jobs'"
    })
final class ConfigVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  ConfigVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    List<Effective> all = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      all.add(run.effective(setting));
    }
    if (json) {
      JsonReport.write(terminal, JsonReport.STANDARD_OUTPUT, report(all));
    } else {
      print(all);
    }
    return ExitStatus.FINE.number();
  }

  private void print(List<Effective> all) {
    Table table = Table.of("setting", "value", "from", "where", "meaning");
    for (Effective each : all) {
      table.add(
          each.setting().key(),
          each.value().isEmpty() ? "-" : LogText.escape(each.value()),
          each.origin().toString(),
          each.where().isEmpty() ? "-" : LogText.escape(each.where()),
          each.setting().meaning());
    }
    table.print(terminal);
  }

  private static ObjectNode report(List<Effective> all) {
    ObjectNode report = JsonReport.object();
    ArrayNode files = report.putArray("files");
    Configuration.userFile(System.getenv()).ifPresent(file -> put(files, "user file", file));
    put(files, "installation file", RunOption.installationFile());
    ObjectNode settings = report.putObject("settings");
    for (Effective each : all) {
      settings
          .putObject(each.setting().key())
          .put("value", each.value())
          .put("from", each.origin().toString())
          .put("where", each.where());
    }
    return report;
  }

  private static void put(ArrayNode files, String kind, Path file) {
    files
        .addObject()
        .put("kind", kind)
        .put("path", file.toString())
        .put("present", Files.isRegularFile(file));
  }
}
