// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Where a debugger connects to. */
record DebuggerReport(String job, int port) {
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("job", job)
        .put("address", "127.0.0.1")
        .put("port", port);
  }

  void print(Terminal terminal) {
    terminal.out().println("debugger of " + job + " at 127.0.0.1:" + port + " until it leaves");
  }
}
