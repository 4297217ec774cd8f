// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.system.xpc.description.Description;
import org.portunus.tool.dynamic.DescribedService;
import org.portunus.tool.evolution.BuiltInterfaces;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells the methods and types of a service. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = {
      "Tells the methods and types of a service, as the service itself describes them: its name",
      "is that of its interface; if it does not run, it is started. Or of the interfaces in a jar,",
      "a folder of classes or a bundle, of which no code runs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus xpc describe tutorial.greeter",
      "  ./portunus xpc describe bundles/Greeter.xpc",
      "  ./portunus xpc describe tutorial.greeter --json - | jq '.interfaces[].methods[].name'"
    })
final class XpcDescribeVerb implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Terminal terminal;

  @Mixin private ServiceOption target = new ServiceOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "the service, or a path")
  private String name = "";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  XpcDescribeVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    DescribeReport report = new DescribeReport(descriptions());
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      report.print(terminal);
    }
    return ExitStatus.FINE.number();
  }

  private Collection<Description> descriptions() throws IOException {
    if (Files.exists(Path.of(name))) {
      return BuiltInterfaces.in(Path.of(name)).values();
    }
    return List.of(target.ask(name, PATIENCE, DescribedService::description));
  }
}
