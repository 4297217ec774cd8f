// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.interfaces.launchd.Link;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells which links an instance has, and revokes one. */
@Command(
    name = "links",
    mixinStandardHelpOptions = true,
    description = {
      "Tells who calls whom over which link, or revokes a link.",
      "After a revocation calls fail on both sides; a side that holds on to it is ended."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus links",
      "  ./portunus links --json - | jq '.links[] | select(.state == \"DIRECT\")'",
      "  ./portunus links --revoke 12"
    })
final class LinksVerb implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  @Option(
      names = "--revoke",
      paramLabel = "N",
      description = "revoke the link of connection N, and tell nothing")
  private Optional<Long> revoke = Optional.empty();

  LinksVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path socket = run.folder().resolve("socket");
    if (!Files.exists(socket)) {
      throw new PortunusException(
          ErrorCode.USAGE, run.folder() + " has no instance: ./portunus start, or --run DIR");
    }
    try (Instance instance = Instance.connect(socket);
        ServiceConnection<LaunchControl> control = instance.open(LaunchControlXpc.TYPE)) {
      LaunchControl launchd = control.proxy(PATIENCE);
      if (revoke.isPresent()) {
        launchd.revokeLink(revoke.get());
      } else {
        tell(launchd.links());
      }
    }
    return ExitStatus.FINE.number();
  }

  private void tell(List<Link> links) throws IOException {
    LinksReport report = new LinksReport(links);
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      report.print(terminal);
    }
  }
}
