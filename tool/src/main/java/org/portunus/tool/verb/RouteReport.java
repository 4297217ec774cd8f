// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.Route;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.node.ObjectNode;

/** How a service's connections are carried from now on, for people and as JSON. */
record RouteReport(String service, Route route, int ended) {
  void print(Terminal terminal) {
    String carried =
        switch (route) {
          case DIRECT -> "new connections are direct";
          case RELAYED -> "connections are relayed; direct ones that end: " + ended;
        };
    terminal.out().println(LogText.escape(service) + ": " + carried);
  }

  ObjectNode json() {
    return JsonReport.object()
        .put("service", service)
        .put("route", route.name())
        .put("ended", ended);
  }
}
