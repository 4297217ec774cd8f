// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.terminal;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where a verb writes.
 *
 * @param out results
 * @param err errors and progress
 */
public record Terminal(PrintStream out, PrintStream err, Colours colours) {

  /** Whether words are coloured. */
  public enum Colours {
    ON,
    OFF;

    /** On when a person looks and has not asked for none: no-color.org. */
    static Colours of(Console console, Map<String, String> environment) {
      boolean wanted =
          environment.getOrDefault("NO_COLOR", "").isEmpty()
              && !"dumb".equals(environment.get("TERM"));
      return wanted && console.isTerminal() ? ON : OFF;
    }
  }

  /** A colour of the terminal's own palette, by its SGR number. */
  public enum Colour {
    GREEN(32),
    YELLOW(33),
    RED(31),
    BOLD(1);

    private final int number;

    Colour(int number) {
      this.number = number;
    }
  }

  /** Standard output and error of this process, UTF-8. */
  public static Terminal ofThisProcess() {
    return new Terminal(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        Optional.ofNullable(System.console())
            .map(console -> Colours.of(console, System.getenv()))
            .orElse(Colours.OFF));
  }

  /** Whether a person looks at a screen whose content can be replaced. */
  public boolean isLive() {
    return colours == Colours.ON;
  }

  /** The text in a colour, or as it is where colours are off. */
  public String paint(Colour colour, String text) {
    return switch (colours) {
      case ON -> "\u001b[" + colour.number + "m" + text + "\u001b[0m";
      case OFF -> text;
    };
  }
}
