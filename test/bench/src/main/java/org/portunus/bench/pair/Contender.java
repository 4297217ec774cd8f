// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.util.List;

/** One of those that take turns. */
public sealed interface Contender {
  String name();

  /**
   * A pair that can be started.
   *
   * @param warmUp how much it does, again and again for some seconds, before anything is measured;
   *     none if 0
   * @param count how much it does in a round
   */
  record Startable(String name, List<String> command, int warmUp, int count) implements Contender {
    public Startable {
      command = List.copyOf(command);
    }
  }

  /** A pair that can't be started here. */
  record Missing(String name, String reason) implements Contender {}
}
