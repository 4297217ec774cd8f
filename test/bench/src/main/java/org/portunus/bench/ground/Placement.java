// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

/** Where the two ends of a pair run. */
public enum Placement {
  DIFFERENT_CORES,
  ONE_CORE
}
