// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.OptionalLong;

/** How often the service crashed and was started again. */
@FunctionalInterface
public interface ServiceHistory {
  /**
   * Counts since the instance started.
   *
   * @param crashes ends that nobody ordered
   * @param restarts starts after the first
   */
  record Counts(long crashes, long restarts) {}

  Counts counts();

  /** Whether the next start has a sandbox that waits for its code. */
  default boolean spareWaits() {
    return false;
  }

  /**
   * Ends the service and calls it again when a spare waits: nanoseconds of that call. Empty where
   * others may use the service, or where there are no spares.
   */
  default OptionalLong firstReplyFromSpare() {
    return OptionalLong.empty();
  }
}
