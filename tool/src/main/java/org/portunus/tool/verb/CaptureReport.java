// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.nio.file.Path;
import org.portunus.abi.log.LogText;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.node.ObjectNode;

/** What was written to a file, for people and as JSON. */
record CaptureReport(String service, String kind, Path file, long bytes) {
  void print(Terminal terminal) {
    terminal
        .out()
        .printf(
            "%s of %s: %d bytes in %s%n",
            kind, LogText.escape(service), bytes, LogText.escape(file.toString()));
  }

  ObjectNode json() {
    return JsonReport.object()
        .put("service", service)
        .put("kind", kind)
        .put("file", file.toString())
        .put("bytes", bytes);
  }
}
