// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import java.util.Locale;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The links and relayed connections of an instance, for people and as JSON. */
record LinksReport(List<Link> links, List<String> relayedServices) {
  void print(Terminal terminal) {
    if (links.isEmpty()) {
      terminal.out().println("no links");
    } else {
      printLinks(terminal);
    }
    if (!relayedServices.isEmpty()) {
      terminal.out().println("relayed: " + LogText.escape(String.join(", ", relayedServices)));
    }
  }

  private void printLinks(Terminal terminal) {
    Table table =
        Table.of(
            "state",
            "connection",
            "client",
            "service",
            "ring KiB",
            "frames there",
            "bytes",
            "back",
            "bytes",
            "age s");
    for (Link link : links) {
      table.add(
          colour(link.state()),
          link.state().toString().toLowerCase(Locale.ROOT),
          Long.toString(link.connection()),
          named(link.client(), link.clientLabel()),
          link.service().isEmpty() ? "-" : named(link.service(), link.serviceLabel()),
          link.ringBytes() == 0 ? "-" : Integer.toString(link.ringBytes() / 1024),
          seen(link, link.toService().frames()),
          seen(link, link.toService().bytes()),
          seen(link, link.toClient().frames()),
          seen(link, link.toClient().bytes()),
          Double.toString(link.ageMillis() / 1000.0));
    }
    table.print(terminal);
  }

  /** What goes over a link the kernel does not see. */
  private static String seen(Link link, long count) {
    return link.ringBytes() > 0 ? "-" : Long.toString(count);
  }

  private static String named(String task, String label) {
    return label.isEmpty() ? task : label + " " + task;
  }

  private static Colour colour(LinkState state) {
    return switch (state) {
      case DIRECT, RELAYED -> Colour.GREEN;
      case OFFERED, CLOSING -> Colour.YELLOW;
      case REVOKED -> Colour.RED;
    };
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    ArrayNode each = report.putArray("links");
    for (Link link : links) {
      each.addObject()
          .put("connection", link.connection())
          .put("client", link.client())
          .put("clientLabel", link.clientLabel())
          .put("service", link.service())
          .put("serviceLabel", link.serviceLabel())
          .put("ringBytes", link.ringBytes())
          .put("ageMillis", link.ageMillis())
          .put("state", link.state().name())
          .put("toServiceFrames", link.toService().frames())
          .put("toServiceBytes", link.toService().bytes())
          .put("toClientFrames", link.toClient().frames())
          .put("toClientBytes", link.toClient().bytes());
    }
    ArrayNode relayed = report.putArray("relayedServices");
    relayedServices.forEach(relayed::add);
    return report;
  }
}
