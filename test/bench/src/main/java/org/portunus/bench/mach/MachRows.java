// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.mach;

import static org.portunus.bench.ground.Ground.LINK;
import static org.portunus.bench.ground.Placement.DIFFERENT_CORES;
import static org.portunus.bench.ground.Placement.ONE_CORE;

import java.util.List;
import org.portunus.bench.ground.Field;
import org.portunus.bench.ground.Field.Percentiles;
import org.portunus.bench.ground.Ground;
import org.portunus.bench.ground.Quantity;
import org.portunus.bench.link.LinkCall;
import org.portunus.bench.peer.CompiledPeer.Mode;

/** The measures of kernel objects, and their limits. */
public final class MachRows {
  private static final int FAULTS = 2_000;
  private static final String C_HANDLER = "C handler";
  private static final String C_BESIDE = "C handler, one core";

  private MachRows() {}

  /** Runs all. */
  public static void run(Ground ground, Field field) {
    faults(ground, field);
  }

  private static void faults(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("page fault served by another process p50");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.PAGE_FAULT, DIFFERENT_CORES, FAULTS, FAULTS),
                ground.compiled(C_HANDLER, Mode.FAULT, DIFFERENT_CORES, FAULTS),
                ground.compiled(C_BESIDE, Mode.FAULT, ONE_CORE, FAULTS)))
        .atMost(2.5, p50, C_HANDLER)
        .atMost(2.5, p50, C_BESIDE);
  }
}
