// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.tool.evolution.BuiltInterfaces;
import org.portunus.tool.evolution.Change;
import org.portunus.tool.evolution.Change.Verdict;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells whether two versions of service interfaces can be mixed. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Compares two versions of service interfaces, and tells what each change means for an old",
      "client of a new service and for a new client of an old service: works, default (the newer",
      "end takes @IfAbsent's value), left out (the older end skips it), error when used (only"
          + " calls",
      "that use it fail), refused (no connection). docs/evolution.md has all changes.",
      "OLD and NEW are jars, folders of classes, or bundles; none of their code runs.",
      "Exit status 1: something is refused, or an old end uses what is gone."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus xpc check old/greeter.jar target/greeter.jar",
      "  ./portunus xpc check installed/Greeter.xpc bundles/Greeter.xpc --json -"
    })
final class XpcCheckVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "OLD", description = "what is in use")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "what is to replace it")
  private Path after = Path.of("");

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  XpcCheckVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    List<Change> changes = Change.between(BuiltInterfaces.in(before), BuiltInterfaces.in(after));
    CheckReport report = new CheckReport(changes);
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      report.print(terminal);
    }
    boolean broken = changes.stream().anyMatch(change -> change.verdict() == Verdict.INCOMPATIBLE);
    return (broken ? ExitStatus.FAILED : ExitStatus.FINE).number();
  }
}
