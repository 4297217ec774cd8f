// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.stream;

import static org.portunus.bench.ground.Ground.LINK;
import static org.portunus.bench.ground.Ground.NIO;
import static org.portunus.bench.ground.Placement.DIFFERENT_CORES;

import java.util.List;
import org.portunus.bench.ground.Field;
import org.portunus.bench.ground.Field.Percentiles;
import org.portunus.bench.ground.Ground;
import org.portunus.bench.ground.Quantity;
import org.portunus.bench.link.LinkCall;
import org.portunus.bench.peer.CompiledPeer.Mode;
import org.portunus.bench.peer.JavaPeer;

/** The measures of one-way messages and large data, and their limits. */
public final class StreamRows {
  private static final int NOTES = 500_000;
  private static final int BLOCKS = 10_000;
  private static final int MAPPINGS = 2_000;
  private static final int MAPPING_WARM_UP = 20_000;
  private static final int SEALS = 5;
  private static final int SEAL_WARM_UP = 20;
  private static final String SMALL = "the same with 64 KiB";
  private static final String C_SEAL = "C with the same calls";
  private static final String WHOLE = "written as a whole";
  private static final String COPY = "copied through a Java NIO unix socket";

  private StreamRows() {}

  /** Runs all. */
  public static void run(Ground ground, Field field) {
    notes(ground, field);
    blocks(ground, field);
    sealed(ground, field);
    sealing(ground, field);
    writing(ground, field);
  }

  private static void notes(Ground ground, Field field) {
    Quantity rate = Quantity.rate("one-way typed 64 B");
    field
        .run(
            rate,
            Percentiles.ABSENT,
            List.of(
                ground.link(LINK, LinkCall.NOTES, DIFFERENT_CORES, NOTES, NOTES),
                ground.java(NIO, JavaPeer.NIO_NOTES, DIFFERENT_CORES, NOTES, NOTES)))
        .atLeast(8, rate, NIO);
  }

  private static void blocks(Ground ground, Field field) {
    Quantity fresh = Quantity.rate("64 KiB one way, delivered as a fresh byte[]");
    field
        .run(
            fresh,
            Percentiles.ABSENT,
            List.of(
                ground.link(LINK, LinkCall.BLOCKS, DIFFERENT_CORES, BLOCKS, BLOCKS),
                ground.java(NIO, JavaPeer.NIO_BLOCKS, DIFFERENT_CORES, BLOCKS, BLOCKS)))
        .atLeast(1.3, fresh, NIO);
    Quantity reused = Quantity.rate("64 KiB one way, copied into a reused segment");
    field
        .run(
            reused,
            Percentiles.ABSENT,
            List.of(
                ground.link(LINK, LinkCall.SEGMENTS, DIFFERENT_CORES, BLOCKS, BLOCKS),
                ground.java(NIO, JavaPeer.NIO_REUSED, DIFFERENT_CORES, BLOCKS, BLOCKS)))
        .atLeast(1.5, reused, NIO);
  }

  private static void sealed(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("sealed memory of 64 MiB p50, sent and mapped");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.link(
                    LINK, LinkCall.LARGE_MEMORY, DIFFERENT_CORES, MAPPING_WARM_UP, MAPPINGS),
                ground.link(
                    SMALL, LinkCall.SMALL_MEMORY, DIFFERENT_CORES, MAPPING_WARM_UP, MAPPINGS)))
        .atMost(1.5, p50, SMALL);
  }

  private static void sealing(Ground ground, Field field) {
    Quantity parts = Quantity.medianMicros("first own seal and send of 64 MiB p50");
    Quantity whole = Quantity.medianMicros("the same, written as a whole, p50");
    field
        .run(
            parts,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.SEAL, DIFFERENT_CORES, SEAL_WARM_UP, SEALS),
                ground.compiled(C_SEAL, Mode.SEAL_PARTS, DIFFERENT_CORES, SEALS),
                ground.java(COPY, JavaPeer.NIO_COPY, DIFFERENT_CORES, SEAL_WARM_UP, SEALS)))
        .atMost(1.2, parts, C_SEAL)
        .atMost(0.25, parts, COPY);
    field
        .run(
            whole,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.SEAL_WHOLE, DIFFERENT_CORES, SEAL_WARM_UP, SEALS),
                ground.compiled(C_SEAL, Mode.SEAL, DIFFERENT_CORES, SEALS)))
        .beside(whole, C_SEAL);
  }

  private static void writing(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("64 MiB written in parts, sealed and sent p50");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.WRITE_AND_SEAL, DIFFERENT_CORES, SEAL_WARM_UP, SEALS),
                ground.link(
                    WHOLE, LinkCall.WRITE_WHOLE_AND_SEAL, DIFFERENT_CORES, SEAL_WARM_UP, SEALS)))
        .beside(p50, WHOLE);
  }
}
