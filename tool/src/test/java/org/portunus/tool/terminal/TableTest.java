// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsLineUpAndCellsAreEscaped() {
    Table table = Table.of("job", "state");
    table.add("a\u001b[2Jlong", "IDLE");
    table.add(Terminal.Colour.RED, "b", "RUNNING");
    assertThat(printed(table, Terminal.Colours.OFF))
        .isEqualTo(
            """
            job         state
            a\\e[2Jlong  IDLE
            b           RUNNING
            """);
    assertThat(printed(table, Terminal.Colours.ON)).contains("\u001b[31mb\u001b[0m           RUN");
  }

  @Test
  void aRowHasOneCellForEachHeading() {
    assertThatIllegalArgumentException().isThrownBy(() -> Table.of("a", "b").add("only one"));
  }

  private static String printed(Table table, Terminal.Colours colours) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    table.print(new Terminal(stream, stream, colours));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
