// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Patience;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.interfaces.launchd.Route;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Tells which links an instance has, revokes one, and says whose calls the kernel relays. */
@Command(
    name = "links",
    mixinStandardHelpOptions = true,
    description = {
      "Tells who calls whom over which link, revokes a link, or relays a service.",
      "After a revocation calls fail on both sides; a side that holds on to it is ended.",
      "Calls of a relayed service pass through the kernel task, which counts them: slower, and",
      "otherwise the same. Its direct links end: calls in flight are interrupted, and the next ones",
      "connect anew. After --direct new connections are direct; relayed ones stay so to their end.",
      "The key Relay in a job's Portunus dictionary relays from the start."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus links",
      "  ./portunus links --json - | jq '.links[] | select(.state == \"DIRECT\")'",
      "  ./portunus links --revoke 12",
      "  ./portunus links --relay tutorial.greeter",
      "  ./portunus links --direct tutorial.greeter --json -"
    })
final class LinksVerb implements Callable<Integer> {
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(10));

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  @ArgGroup private Order order = new Order();

  /** What is to be done instead of telling; one of them. */
  static final class Order {
    @Option(
        names = "--revoke",
        paramLabel = "N",
        description = "revoke the link, or the relayed connection, N, and tell nothing")
    private Optional<Long> revoke = Optional.empty();

    @Option(
        names = "--relay",
        paramLabel = "SERVICE",
        description = "relay the calls of SERVICE, and tell how many connections end for this")
    private Optional<String> relay = Optional.empty();

    @Option(
        names = "--direct",
        paramLabel = "SERVICE",
        description = "have new connections to SERVICE direct again")
    private Optional<String> direct = Optional.empty();
  }

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
      carryOut(launchd);
    }
    return ExitStatus.FINE.number();
  }

  private void carryOut(LaunchControl launchd) throws IOException {
    if (order.revoke.isPresent()) {
      launchd.revokeLink(order.revoke.get());
    } else if (order.relay.isPresent()) {
      tell(launchd, order.relay.get(), Route.RELAYED);
    } else if (order.direct.isPresent()) {
      tell(launchd, order.direct.get(), Route.DIRECT);
    } else {
      LinksReport report = new LinksReport(launchd.links(), launchd.relayedServices());
      tell(report.json(), report::print);
    }
  }

  private void tell(LaunchControl launchd, String service, Route route) throws IOException {
    RouteReport report = new RouteReport(service, route, launchd.setRoute(service, route));
    tell(report.json(), report::print);
  }

  private void tell(ObjectNode report, Consumer<Terminal> table) throws IOException {
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report);
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      table.accept(terminal);
    }
  }
}
