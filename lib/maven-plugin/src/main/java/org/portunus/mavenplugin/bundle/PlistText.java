// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Property lists as XML: dictionaries of text, numbers, flags, lists and dictionaries. */
final class PlistText {
  private static final String HEAD =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          + "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
          + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n";

  private PlistText() {}

  /** A value. */
  sealed interface Value {
    record Text(String text) implements Value {}

    /** Digits, with a point for a fraction. */
    record Amount(String digits) implements Value {}

    record True() implements Value {}

    record Texts(List<String> texts) implements Value {}

    record Dictionary(Map<String, Value> values) implements Value {}
  }

  static byte[] of(Map<String, Value> dictionary) {
    StringBuilder text = new StringBuilder(HEAD);
    write(text, "", new Value.Dictionary(dictionary));
    return text.append("</plist>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder text, String indent, Value value) {
    switch (value) {
      case Value.Text(String content) -> element(text, indent, "string", content);
      case Value.Amount(String digits) ->
          element(text, indent, digits.contains(".") ? "real" : "integer", digits);
      case Value.True() -> text.append(indent).append("<true/>\n");
      case Value.Texts(List<String> texts) -> {
        text.append(indent).append("<array>\n");
        texts.forEach(each -> element(text, indent + "  ", "string", each));
        text.append(indent).append("</array>\n");
      }
      case Value.Dictionary(Map<String, Value> values) -> {
        text.append(indent).append("<dict>\n");
        values.forEach((key, inner) -> {
          element(text, indent + "  ", "key", key);
          write(text, indent + "  ", inner);
        });
        text.append(indent).append("</dict>\n");
      }
    }
  }

  private static void element(StringBuilder text, String indent, String name, String content) {
    String escaped = content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    text.append(indent).append('<').append(name).append('>').append(escaped);
    text.append("</").append(name).append(">\n");
  }
}
