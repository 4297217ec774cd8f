// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reports as JSON: to a file, or to standard output for {@code -}. ASCII only. */
final class JsonReport {
  private static final JsonMapper LINE =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final JsonMapper PRETTY =
      LINE.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The name that stands for standard output. */
  static final String STANDARD_OUTPUT = "-";

  private JsonReport() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The object on one line. */
  static String line(ObjectNode report) {
    return LINE.writeValueAsString(report);
  }

  /** Writes the report where the option {@code --json} says. */
  static void write(Terminal terminal, String target, ObjectNode report) throws IOException {
    String text = PRETTY.writeValueAsString(report) + "\n";
    if (target.equals(STANDARD_OUTPUT)) {
      terminal.out().print(text);
      terminal.out().flush();
    } else {
      Files.writeString(Path.of(target), text, StandardCharsets.US_ASCII);
    }
  }
}
