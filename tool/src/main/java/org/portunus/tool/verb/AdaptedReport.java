// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import org.portunus.abi.log.LogText;
import org.portunus.tool.adapt.Adapted;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was made of a plug-in, for people and as JSON. */
record AdaptedReport(Adapted adapted) {
  void print(Terminal terminal) {
    for (Adapted.Service service : adapted.services()) {
      line(terminal, "service", service.name() + " is " + service.provider());
    }
    adapted.carried().forEach(method -> line(terminal, "carried", method));
    adapted.local().forEach(method -> line(terminal, "local", method));
    adapted.omitted().forEach(method -> line(terminal, "omitted", method));
    for (Adapted.Jar jar : adapted.jars()) {
      line(terminal, "jar", jar.file() + " sha256 " + jar.sha256());
    }
    line(terminal, "bundle", adapted.bundle().toString());
    line(terminal, "job", adapted.job().toString());
    line(terminal, "client", adapted.client().toString());
  }

  private static void line(Terminal terminal, String what, String text) {
    terminal.out().printf("%-8s %s%n", what, LogText.escape(text));
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    report.put("bundle", adapted.bundle().toString());
    report.put("job", adapted.job().toString());
    report.put("client", adapted.client().toString());
    ArrayNode services = report.putArray("services");
    for (Adapted.Service service : adapted.services()) {
      services.addObject().put("name", service.name()).put("provider", service.provider());
    }
    put(report, "carried", adapted.carried());
    put(report, "local", adapted.local());
    put(report, "omitted", adapted.omitted());
    ArrayNode jars = report.putArray("jars");
    for (Adapted.Jar jar : adapted.jars()) {
      jars.addObject().put("file", jar.file()).put("sha256", jar.sha256());
    }
    return report;
  }

  private static void put(ObjectNode report, String key, List<String> values) {
    ArrayNode array = report.putArray(key);
    values.forEach(array::add);
  }
}
