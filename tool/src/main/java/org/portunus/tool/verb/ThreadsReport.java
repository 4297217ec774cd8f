// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import org.portunus.abi.log.LogText;
import org.portunus.debug.ThreadState;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The threads of a task as it told them, for people and as JSON. */
record ThreadsReport(String service, List<ThreadState> threads) {
  void print(Terminal terminal) {
    terminal
        .out()
        .printf("%d threads of %s, as it tells them%n", threads.size(), LogText.escape(service));
    for (ThreadState thread : threads) {
      String head =
          "%n\"%s\" %d %s%s"
              .formatted(
                  LogText.escape(thread.name()),
                  thread.id(),
                  LogText.escape(thread.state()),
                  thread.daemon() ? " daemon" : "");
      terminal.out().println(terminal.paint(Terminal.Colour.BOLD, head));
      thread
          .waitsFor()
          .ifPresent(lock -> terminal.out().println("  waits for " + LogText.escape(lock)));
      thread.frames().forEach(frame -> terminal.out().println("  at " + LogText.escape(frame)));
    }
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object().put("service", service);
    ArrayNode each = report.putArray("threads");
    for (ThreadState thread : threads) {
      ObjectNode one =
          each.addObject()
              .put("id", thread.id())
              .put("name", thread.name())
              .put("state", thread.state())
              .put("daemon", thread.daemon());
      thread.waitsFor().ifPresent(lock -> one.put("waitsFor", lock));
      ArrayNode frames = one.putArray("frames");
      thread.frames().forEach(frames::add);
    }
    return report;
  }
}
