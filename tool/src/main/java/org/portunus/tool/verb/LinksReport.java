// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import java.util.Locale;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The links of an instance, for people and as JSON. */
record LinksReport(List<Link> links) {
  void print(Terminal terminal) {
    if (links.isEmpty()) {
      terminal.out().println("no links");
      return;
    }
    Table table = Table.of("state", "connection", "client", "service", "ring KiB", "age s");
    for (Link link : links) {
      table.add(
          colour(link.state()),
          link.state().toString().toLowerCase(Locale.ROOT),
          Long.toString(link.connection()),
          named(link.client(), link.clientLabel()),
          link.service().isEmpty() ? "-" : named(link.service(), link.serviceLabel()),
          Integer.toString(link.ringBytes() / 1024),
          Double.toString(link.ageMillis() / 1000.0));
    }
    table.print(terminal);
  }

  private static String named(String task, String label) {
    return label.isEmpty() ? task : label + " " + task;
  }

  private static Colour colour(LinkState state) {
    return switch (state) {
      case DIRECT -> Colour.GREEN;
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
          .put("state", link.state().name());
    }
    return report;
  }
}
