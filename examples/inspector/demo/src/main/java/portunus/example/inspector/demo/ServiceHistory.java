// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

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
}
