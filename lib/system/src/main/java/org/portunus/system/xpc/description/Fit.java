// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import java.util.List;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * How a client with one version of an interface gets on with a service that has another.
 * docs/evolution.md has the rules as a table.
 *
 * @param findings every difference that matters, in the order of the methods
 */
public record Fit(List<Finding> findings) {
  private static final int MOST_NAMED = 5;

  /** What the two sides are called in messages. */
  public record Sides(String client, String service) {}

  /** Compares, whatever it leads to. */
  public static Fit of(Description client, Description service, Sides sides) {
    return new Fit(new Comparison(client, service, sides).run());
  }

  /**
   * Compares what the two ends of a connection have.
   *
   * @throws PortunusException INTERFACE_MISMATCH, with what does not fit; the same text at both
   *     ends
   */
  static Fit require(Description client, Description service, Sides sides) {
    Fit fit = of(client, service, sides);
    List<Finding> refused =
        fit.findings().stream().filter(f -> f.effect() == Effect.REFUSED).toList();
    if (!refused.isEmpty()) {
      String more = refused.size() > MOST_NAMED ? "; and more" : "";
      throw new PortunusException(
          ErrorCode.INTERFACE_MISMATCH,
          refused.stream()
              .limit(MOST_NAMED)
              .map(Finding::toString)
              .collect(Collectors.joining("; ", service.root().service() + ": ", more)));
    }
    return fit;
  }

  /** The same for the two ends of a connection. */
  public static void require(Description client, Description service) {
    var _ = require(client, service, new Sides("client", "service"));
  }
}
