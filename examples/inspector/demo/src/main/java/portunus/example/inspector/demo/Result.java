// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.Optional;

/**
 * The one entry of a file.
 *
 * @param type media type, for {@link Outcome#OK}
 * @param error dotted name of the error, where there is one
 * @param message for people
 * @param nanos how long the last call took, 0 if there was none
 * @param tries how often it was asked for
 */
public record Result(
    Found found,
    Outcome outcome,
    Optional<String> type,
    Optional<String> error,
    Optional<String> message,
    long nanos,
    int tries) {
  private static final int MOST_MESSAGE = 500;

  static Result ok(Found found, String type, long nanos) {
    return new Result(
        found, Outcome.OK, Optional.of(type), Optional.empty(), Optional.empty(), nanos, 1);
  }

  static Result without(Found found, Outcome outcome, String message, long nanos) {
    return new Result(
        found,
        outcome,
        Optional.empty(),
        Optional.empty(),
        Optional.of(shortened(message)),
        nanos,
        1);
  }

  static Result failed(Found found, Outcome outcome, String error, String message, long nanos) {
    return new Result(
        found,
        outcome,
        Optional.empty(),
        Optional.of(error),
        Optional.of(shortened(message)),
        nanos,
        1);
  }

  Result withTries(int number) {
    return new Result(found, outcome, type, error, message, nanos, number);
  }

  /** As the table of hostile documents writes it: {@code error:limit.depth}, else the outcome. */
  String verdict() {
    return outcome == Outcome.ERROR ? "error:" + error.orElse("") : outcome.word();
  }

  private static String shortened(String message) {
    return message.length() <= MOST_MESSAGE ? message : message.substring(0, MOST_MESSAGE) + "…";
  }
}
