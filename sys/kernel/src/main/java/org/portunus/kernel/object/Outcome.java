// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.KernReturn;

/**
 * Result of an operation that yields something.
 *
 * @param value present if the result is SUCCESS, and what some failures tell
 */
public record Outcome<T>(KernReturn result, Optional<T> value) {

  static <T> Outcome<T> of(T value) {
    return new Outcome<>(KernReturn.SUCCESS, Optional.of(value));
  }

  static <T> Outcome<T> failure(KernReturn result) {
    return new Outcome<>(result, Optional.empty());
  }

  /** A failure that tells something. */
  static <T> Outcome<T> failure(KernReturn result, T told) {
    return new Outcome<>(result, Optional.of(told));
  }

  /** For callers that know it succeeded. */
  public T orElseThrow() {
    return value.orElseThrow(() -> new IllegalStateException(result.toString()));
  }
}
