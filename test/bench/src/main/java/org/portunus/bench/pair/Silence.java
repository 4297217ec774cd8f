// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

/** The pause after which both ends sleep. */
public final class Silence {
  public static final long NANOS = 500_000;

  private Silence() {}
}
