// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EscapedTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "gr\u00fc\u00df \u4e2d",
        "name\n\u001b[31mred\u001b[0m.txt",
        "\u009b31m",
        "\u202egpj.exe",
        "a\\nb",
        "\ud800",
        "\u2028\u0000\t\r"
      })
  void showsEverythingAndObeysNothing(String name) {
    String escaped = EscapedText.of(name);
    assertThat(escaped.codePoints())
        .allMatch(point ->
            !Character.isISOControl(point)
                && Character.getType(point) != Character.FORMAT
                && Character.getType(point) != Character.SURROGATE
                && Character.getType(point) != Character.LINE_SEPARATOR);
    assertThat(unescaped(escaped)).isEqualTo(name);
  }

  private static String unescaped(String escaped) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < escaped.length()) {
      if (escaped.startsWith("\\u", i)) {
        text.append((char) Integer.parseInt(escaped.substring(i + 2, i + 6), 16));
        i += 6;
      } else if (escaped.charAt(i) == '\\') {
        text.append(escaped.substring(i, i + 2).translateEscapes());
        i += 2;
      } else {
        text.append(escaped.charAt(i));
        i++;
      }
    }
    return text.toString();
  }
}
