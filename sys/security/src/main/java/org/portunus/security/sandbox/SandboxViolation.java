// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

/**
 * A difference between a sandbox and its plan.
 *
 * @param layer what did not take effect
 * @param detail what was found and what was expected
 */
public record SandboxViolation(SandboxLayer layer, String detail) {
  @Override
  public String toString() {
    return layer + ": " + detail;
  }
}
