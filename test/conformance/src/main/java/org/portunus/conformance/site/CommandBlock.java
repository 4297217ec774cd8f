// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of commands in a document. Behind the {@code sh} of its fence stands what is done with
 * it: {@code run}, {@code run with NAME} of something that has to be there before, or {@code check:
 * REASON} when it is not run.
 *
 * @param needs what has to be there before it is run; empty for an empty home
 * @param reason why it is not run; empty if it is
 */
public record CommandBlock(
    String document,
    int line,
    Optional<String> needs,
    Optional<String> reason,
    List<String> lines) {
  private static final Pattern MARK =
      Pattern.compile("sh (?:run(?: with (?<needs>[a-z]+))?|check: (?<reason>\\S.{9,}))");

  /**
   * Reads a block.
   *
   * @param info what stands behind the fence
   * @return empty when it does not say what is done with the block
   */
  static Optional<CommandBlock> read(String document, int line, String info, String text) {
    Matcher mark = MARK.matcher(info);
    if (!mark.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new CommandBlock(
            document,
            line,
            Optional.ofNullable(mark.group("needs")),
            Optional.ofNullable(mark.group("reason")),
            text.lines().toList()));
  }

  /** Whether a test runs it. */
  public boolean isRun() {
    return reason.isEmpty();
  }
}
