// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.identity;

import java.util.Optional;

/**
 * Who a task is, as the kernel knows it from the launch.
 *
 * @param identifier of its bundle
 * @param code of its bundle
 */
public record PeerIdentity(Optional<String> identifier, Optional<CodeIdentity> code) {
  /** A program outside the instance: of no bundle, so it meets no requirement. */
  public static final PeerIdentity NONE = new PeerIdentity(Optional.empty(), Optional.empty());

  @Override
  public String toString() {
    if (identifier.isEmpty() && code.isEmpty()) {
      return "a program of no bundle";
    }
    return "identifier %s and code %s"
        .formatted(identifier.orElse("none"), code.map(CodeIdentity::toString).orElse("none"));
  }
}
