// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import portunus.example.inspector.Reason;

/**
 * Ends an inspection from inside a parser. Unchecked, because it has to come out of third-party
 * code that catches checked exceptions and goes on.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public Refusal(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
