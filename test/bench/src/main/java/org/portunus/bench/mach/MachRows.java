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
import org.portunus.bench.message.MachCall;
import org.portunus.bench.pair.Contender;
import org.portunus.bench.peer.CompiledPeer.Mode;
import org.portunus.bench.report.Measure.Direction;

/** The measures of kernel objects, and their limits. */
public final class MachRows {
  private static final int TRIPS = 10_000;
  private static final int TRIPS_BEFORE = 20_000;
  private static final int MESSAGES = 100_000;
  private static final int ALLOCATIONS = 2_000;
  private static final int BATCHES = 20;
  private static final int CONNECTIONS = 500;
  private static final int PORTS = 1_000_000;
  private static final int HEAP_ROUNDS = 3;
  private static final int TRAFFIC = 200_000;
  private static final String OBJECTS = "Portunus object layer";
  private static final String KERNEL = "Portunus kernel task";
  private static final String RAW = "C seqpacket echo";
  private static final String ONE = "one allocation";
  private static final int DESCRIPTORS = 30;
  private static final String HOSTILE = "hostile descriptors";
  private static final String ORDINARY = "ordinary memory";
  private static final int FAULTS = 2_000;
  private static final String C_HANDLER = "C handler";
  private static final String C_BESIDE = "C handler, one core";

  private MachRows() {}

  /** Runs all. */
  public static void run(Ground ground, Field field) {
    roundTrips(ground, field);
    oneCore(ground, field);
    oneWay(ground, field);
    allocations(ground, field);
    connections(ground, field);
    heap(ground, field);
    pauses(ground, field);
    descriptors(ground, field);
    faults(ground, field);
  }

  private static void roundTrips(Ground ground, Field field) {
    trip(ground, field, "round trip through the kernel task, 64 B, p50", MachCall.TRIVIAL, 3);
    trip(ground, field, "the same with one send right p50", MachCall.COMPLEX, 4);
    trip(ground, field, "the same, received from a port set p50", MachCall.SET, 3);
  }

  private static void trip(Ground ground, Field field, String name, MachCall call, double limit) {
    Quantity p50 = Quantity.medianMicros(name);
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.mach(KERNEL, call, DIFFERENT_CORES, TRIPS_BEFORE, TRIPS),
                ground.compiled(RAW, Mode.PACKET, DIFFERENT_CORES, TRIPS)))
        .atMost(limit, p50, RAW);
  }

  private static void oneCore(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("round trip, 64 B, both tasks on one core, p50");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.mach(KERNEL, MachCall.TRIVIAL, ONE_CORE, TRIPS_BEFORE, TRIPS),
                ground.compiled(RAW, Mode.PACKET, ONE_CORE, TRIPS)))
        .beside(p50, RAW);
    Quantity inline = Quantity.medianMicros("round trip, 1 KiB, p50");
    field
        .run(
            inline,
            Percentiles.PRESENT,
            List.of(
                ground.mach(KERNEL, MachCall.INLINE, DIFFERENT_CORES, TRIPS_BEFORE, TRIPS),
                ground.compiled(RAW, Mode.PACKET, DIFFERENT_CORES, TRIPS)))
        .beside(inline, RAW);
  }

  private static void oneWay(Ground ground, Field field) {
    Quantity rate = Quantity.rate("one-way messages through the kernel task, 64 B");
    field
        .run(
            rate,
            Percentiles.ABSENT,
            List.of(
                ground.mach(KERNEL, MachCall.ONE_WAY, DIFFERENT_CORES, MESSAGES / 10, MESSAGES)))
        .alone(rate);
  }

  private static void allocations(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("batch of 1,000 allocations p50");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.mach(KERNEL, MachCall.ALLOCATIONS, DIFFERENT_CORES, BATCHES, BATCHES),
                ground.mach(ONE, MachCall.ALLOCATION, DIFFERENT_CORES, ALLOCATIONS, ALLOCATIONS)))
        .atMost(10, p50, ONE);
  }

  private static void connections(Ground ground, Field field) {
    Quantity bare = Quantity.medianMicros("look-up and connect to a running service p50");
    field
        .run(bare, Percentiles.PRESENT, List.of(connection(ground, MachCall.CONNECTION)))
        .alone(300, bare, Direction.AT_MOST);
    Quantity called = Quantity.medianMicros("the same, with greeting and first call, p50");
    field
        .run(called, Percentiles.PRESENT, List.of(connection(ground, MachCall.FIRST_CALL)))
        .alone(called);
  }

  private static Contender connection(Ground ground, MachCall call) {
    return ground.mach(KERNEL, call, DIFFERENT_CORES, CONNECTIONS, CONNECTIONS);
  }

  private static void heap(Ground ground, Field field) {
    Quantity bytes =
        new Quantity(
            "a port with one send right, heap by histogram",
            "B",
            figures -> (double) figures[0] / figures[2]);
    Quantity million =
        new Quantity(
            "a million ports with a send right, object layer",
            "s",
            figures -> figures[1] * 1e-9 * PORTS / figures[2]);
    field
        .run(HEAP_ROUNDS, bytes, Percentiles.ABSENT, List.of(ground.ports(OBJECTS, PORTS)))
        .alone(300, bytes, Direction.AT_MOST)
        .alone(4, million, Direction.AT_MOST);
  }

  private static void pauses(Ground ground, Field field) {
    Quantity rate =
        new Quantity(
            "messages through the kernel task, six pairs of tasks",
            "1/s",
            figures -> figures[1] * 1e9 / figures[0]);
    Quantity p999 =
        new Quantity(
            "turn of the kernel task under them, its pauses included, p99.9",
            "ms",
            figures -> figures[2] * 1e-3);
    Quantity longest =
        new Quantity("the longest turn since its start", "ms", figures -> figures[3] * 1e-3);
    field
        .run(
            rate,
            Percentiles.ABSENT,
            List.of(ground.mach(KERNEL, MachCall.TRAFFIC, DIFFERENT_CORES, TRAFFIC, TRAFFIC)))
        .alone(100_000, rate, Direction.AT_LEAST)
        .alone(5, p999, Direction.AT_MOST)
        .alone(longest);
  }

  private static void descriptors(Ground ground, Field field) {
    Quantity longest =
        new Quantity(
            "the longest turn while hostile descriptors of each kind arrive",
            "ms",
            figures -> figures[0] * 1e-3);
    Quantity same = new Quantity("the same, beside ordinary memory", "ms", longest.value());
    Quantity kinds =
        new Quantity("hostile kinds that this machine has, of 12", "", figures -> figures[1]);
    field
        .run(
            longest,
            Percentiles.ABSENT,
            List.of(
                ground.descriptors(HOSTILE, "hostile", DESCRIPTORS, DESCRIPTORS),
                ground.descriptors(ORDINARY, "ordinary", DESCRIPTORS, DESCRIPTORS)))
        .alone(10, longest, Direction.AT_MOST)
        .beside(same, ORDINARY)
        .alone(kinds);
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
