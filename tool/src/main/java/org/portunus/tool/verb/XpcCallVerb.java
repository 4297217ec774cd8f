// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Calls a method of a service with JSON. */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    description = {
      "Calls METHOD of the service NAME by the description that the service sends, and prints one",
      "line of JSON: {\"result\":...}, or {\"throws\":{...}} and exit status 1.",
      "ARGUMENTS is an array in the parameters' order, or an object by their names. Enum"
          + " constants,",
      "instants and UUIDs are strings, byte data is base64, a case of a sealed interface is",
      "{\"Case\":{...}}, an absent Optional is null, a file is its path. Interfaces, memory and"
          + " ports",
      "can't be passed; in a result they are named, and closed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus xpc call tutorial.greeter greet '[\"Ada\"]'",
      "  ./portunus xpc call tutorial.greeter greet '{\"name\":\"Ada\"}' --time 5"
    })
final class XpcCallVerb implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private final Terminal terminal;

  @Mixin private ServiceOption target = new ServiceOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "the service")
  private String name = "";

  @Parameters(index = "1", paramLabel = "METHOD", description = "the method")
  private String method = "";

  @Parameters(
      index = "2",
      paramLabel = "ARGUMENTS",
      arity = "0..1",
      defaultValue = "[]",
      description = "JSON (default: ${DEFAULT-VALUE})")
  private String arguments = "[]";

  @Option(
      names = "--time",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long the call may take (default: ${DEFAULT-VALUE})")
  private int seconds = 60;

  XpcCallVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (seconds < 1) {
      throw new PortunusException(ErrorCode.USAGE, "--time is at least 1");
    }
    JsonNode values = values();
    ObjectNode answer =
        target.ask(name, Duration.ofSeconds(seconds), service -> service.call(method, values));
    terminal.out().println(JsonReport.line(answer));
    return (answer.has("throws") ? ExitStatus.FAILED : ExitStatus.FINE).number();
  }

  private JsonNode values() {
    try {
      return JSON.readTree(arguments);
    } catch (JacksonException wrong) {
      String why = wrong.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
      throw new PortunusException(
          ErrorCode.USAGE, "ARGUMENTS '%s' is no JSON: %s".formatted(arguments, why), wrong);
    }
  }
}
