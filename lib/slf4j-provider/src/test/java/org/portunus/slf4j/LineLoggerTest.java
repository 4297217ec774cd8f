// SPDX-License-Identifier: Apache-2.0
package org.portunus.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LineLoggerTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LineLoggers loggers =
      new LineLoggers(new LineSink(new PrintStream(bytes, false, StandardCharsets.UTF_8)));
  private final Logger logger = loggers.getLogger("org.example.A");

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void slf4jFindsIt() {
    assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(LineLoggers.class);
    assertThat(LoggerFactory.getLogger("x")).isSameAs(LoggerFactory.getLogger("x"));
  }

  @Test
  void oneLineForEachMessageFromInfoOn() {
    logger.debug("no");
    logger.trace("no");
    logger.info("page {} of {}", 1, 2);
    logger.warn("plain");
    logger.atError().log("fluent {}", "x");
    assertThat(written())
        .isEqualTo(
            "INFO org.example.A page 1 of 2\nWARN org.example.A plain\nERROR org.example.A fluent x\n");
  }

  @Test
  void controlCharactersAreEscaped() {
    loggers.getLogger("a\nb").info("x\ny\u001b[2J\u2028\u202e");
    assertThat(written()).isEqualTo("INFO a\\nb x\\ny\\e[2J\\u{2028}\\u{202e}\n");
  }

  @Test
  void exceptionsStayOnTheLine() {
    logger.error("failed", new IllegalStateException("bad\nthing", new RuntimeException("root")));
    assertThat(written())
        .startsWith(
            "ERROR org.example.A failed: java.lang.IllegalStateException: bad\\nthing at "
                + "org.portunus.slf4j")
        .contains(" caused by java.lang.RuntimeException: root at ")
        .endsWith("\n")
        .containsOnlyOnce("\n");
  }

  @Test
  void linesAreBoundedAtWholeCharacters() {
    for (int lead = 0; lead < 4; lead++) {
      bytes.reset();
      logger.info("x".repeat(lead) + "漢".repeat(10_000), new RuntimeException("y".repeat(10_000)));
      assertThat(bytes.size()).isLessThanOrEqualTo(LineSink.MAX_LINE);
      assertThat(written()).endsWith("漢\n").doesNotContain("\ufffd");
    }
  }

  @Test
  void oddMessagesAreWritten() {
    logger.info("{} {}", "one");
    logger.info((String) null);
    logger.info("{}", new Object[] {null});
    assertThat(written())
        .isEqualTo("INFO org.example.A one {}\nINFO org.example.A null\nINFO org.example.A null\n");
  }
}
