// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Patience;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.interfaces.launchd.Status;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what an instance runs. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what an instance runs.",
      "One line for each job, its effective limits, and what the kernel task holds."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./portunus status", "  ./portunus status --json - | jq '.jobs[].state'"})
final class StatusVerb implements Callable<Integer> {
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(10));

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  StatusVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path socket = run.folder().resolve("socket");
    if (!Files.exists(socket)) {
      throw new PortunusException(
          ErrorCode.USAGE, run.folder() + " has no instance: ./portunus start, or --run DIR");
    }
    StatusReport report = new StatusReport(ask(socket), OrdinaryUserCaveat.of(socket));
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      report.print(terminal);
    }
    return ExitStatus.FINE.number();
  }

  private static Status ask(Path socket) {
    try (Instance instance = Instance.connect(socket);
        ServiceConnection<LaunchControl> control = instance.open(LaunchControlXpc.TYPE)) {
      return control.proxy(PATIENCE).status();
    }
  }
}
