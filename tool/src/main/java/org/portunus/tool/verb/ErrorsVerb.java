// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Prints the error registry. */
@Command(
    name = "errors",
    mixinStandardHelpOptions = true,
    description = "Lists every error of the system with its cause and what to do about it.",
    footerHeading = "%nExamples:%n",
    footer = {"  ./portunus errors", "  ./portunus errors --json | jq '.errors[].name'"})
final class ErrorsVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Option(names = "--markdown", description = "print the page docs/errors.md")
  private boolean markdown;

  ErrorsVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (json) {
      JsonReport.write(terminal, JsonReport.STANDARD_OUTPUT, report());
    } else if (markdown) {
      terminal.out().print(page());
      terminal.out().flush();
    } else {
      print();
    }
    return ExitStatus.FINE.number();
  }

  private void print() {
    for (ErrorCode code : ErrorCode.values()) {
      String name = terminal.paint(Terminal.Colour.BOLD, code.dotted());
      terminal.out().printf("%d  %s%n", code.number(), name);
      terminal.out().printf("     %s%n", code.cause());
      terminal.out().printf("     fix: %s%n", code.fix());
    }
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append("# Errors\n\n");
    page.append("Made by `./portunus errors --markdown` from the registry in `sys/abi`.\n");
    page.append("Numbers and names are never reused.\n\n");
    page.append("| number | name | cause | fix |\n|---|---|---|---|\n");
    for (ErrorCode code : ErrorCode.values()) {
      page.append(
          "| %d | `%s` | %s | %s |%n"
              .formatted(code.number(), code.dotted(), code.cause(), code.fix()));
    }
    return page.toString();
  }

  private static ObjectNode report() {
    ObjectNode report = JsonReport.object();
    ArrayNode errors = report.putArray("errors");
    for (ErrorCode code : ErrorCode.values()) {
      errors
          .addObject()
          .put("number", code.number())
          .put("name", code.dotted())
          .put("cause", code.cause())
          .put("fix", code.fix());
    }
    return report;
  }
}
