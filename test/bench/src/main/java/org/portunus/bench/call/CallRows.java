// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import static org.portunus.bench.ground.Ground.LINK;
import static org.portunus.bench.ground.Ground.NIO;
import static org.portunus.bench.ground.Placement.DIFFERENT_CORES;
import static org.portunus.bench.ground.Placement.ONE_CORE;

import java.util.List;
import org.portunus.bench.ground.Field;
import org.portunus.bench.ground.Field.Percentiles;
import org.portunus.bench.ground.Ground;
import org.portunus.bench.ground.Quantity;
import org.portunus.bench.link.InstanceCall;
import org.portunus.bench.link.LinkCall;
import org.portunus.bench.pair.Crowd;
import org.portunus.bench.peer.CompiledPeer.Mode;
import org.portunus.bench.peer.JavaPeer;
import org.portunus.bench.report.Measure.Direction;

/** The measures of calls with reply, and their limits. */
public final class CallRows {
  private static final int WARM_UP = 200_000;
  private static final int CALLS = 50_000;
  private static final int SLOW_WARM_UP = 30_000;
  private static final int SLOW_CALLS = 2_000;
  private static final int SILENT_CALLS = 400;
  private static final int CROWD_CALLS = 1_000;
  private static final int FILE_WARM_UP = 50_000;
  private static final int FILE_CALLS = 10_000;
  private static final int ALLOCATING_CALLS = 1_000_000;
  private static final int ALLOCATING_ROUNDS = 3;
  private static final String C_SOCKET = "C unix socketpair";
  private static final String C_SPIN = "C spin";
  private static final String C_DESCRIPTOR = "C seqpacket echo with a descriptor";
  private static final String AERON = "Aeron IPC";
  private static final String RMI = "RMI";
  private static final String GRPC = "gRPC over a unix socket";
  private static final String DBUS = "dbus-java";

  private CallRows() {}

  /** Runs all. */
  public static void run(Ground ground, Field field) {
    awake(ground, field);
    oneCore(ground, field);
    afterSilence(ground, field);
    crowd(ground, field);
    file(ground, field);
    instance(ground, field);
    allocation(ground, field);
  }

  private static void awake(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("typed call 64 B p50, awake, different cores");
    Quantity rate =
        new Quantity(
            "typed calls 64 B by the second (1 / p50), awake, different cores",
            "1/s",
            figures -> 1e9 / figures[0]);
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.ECHO, DIFFERENT_CORES, WARM_UP, CALLS),
                ground.java(AERON, JavaPeer.AERON, DIFFERENT_CORES, WARM_UP, CALLS),
                ground.compiled(C_SPIN, Mode.SPIN, DIFFERENT_CORES, CALLS),
                ground.java(NIO, JavaPeer.NIO_ECHO, DIFFERENT_CORES, WARM_UP, CALLS / 5),
                ground.compiled(C_SOCKET, Mode.SOCKET, DIFFERENT_CORES, CALLS / 5),
                ground.java(RMI, JavaPeer.RMI, DIFFERENT_CORES, SLOW_WARM_UP, SLOW_CALLS * 2),
                ground.java(GRPC, JavaPeer.GRPC, DIFFERENT_CORES, SLOW_WARM_UP, SLOW_CALLS),
                ground.java(DBUS, JavaPeer.DBUS, DIFFERENT_CORES, SLOW_WARM_UP, SLOW_CALLS)))
        .atMost(1.10, p50, AERON)
        .atMost(2.0, p50, C_SPIN)
        .atLeast(40, rate, GRPC)
        .atLeast(100, rate, DBUS)
        .beside(p50, NIO)
        .beside(p50, C_SOCKET)
        .beside(p50, RMI);
  }

  private static void oneCore(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("typed call 64 B p50, both ends on one core");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.ECHO, ONE_CORE, WARM_UP, CALLS / 5),
                ground.java(NIO, JavaPeer.NIO_ECHO, ONE_CORE, WARM_UP, CALLS / 5),
                ground.compiled(C_SOCKET, Mode.SOCKET, ONE_CORE, CALLS / 5)))
        .atMost(1.25, p50, NIO)
        .beside(p50, C_SOCKET);
  }

  private static void afterSilence(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("typed call 64 B p50, after 500 us of silence");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.AFTER_SILENCE, DIFFERENT_CORES, WARM_UP, SILENT_CALLS),
                ground.java(
                    NIO, JavaPeer.NIO_AFTER_SILENCE, DIFFERENT_CORES, WARM_UP, SILENT_CALLS),
                ground.compiled(C_SOCKET, Mode.SILENCE, DIFFERENT_CORES, SILENT_CALLS)))
        .atMost(1.25, p50, NIO)
        .beside(p50, C_SOCKET);
  }

  private static void crowd(Ground ground, Field field) {
    Quantity all =
        new Quantity(
            "1,000 virtual threads call a slow service, until all have their answer",
            "ms",
            figures -> figures[Crowd.ELAPSED] / 1e6);
    Quantity beside =
        new Quantity(
            "steps of another virtual thread beside the 1,000",
            "1/s",
            figures -> figures[Crowd.TICKS]);
    Quantity alone =
        new Quantity("the same thread alone", "1/s", figures -> figures[Crowd.TICKS_ALONE]);
    field
        .run(
            all,
            Percentiles.PRESENT,
            List.of(
                ground.link(LINK, LinkCall.CROWD, DIFFERENT_CORES, CROWD_CALLS * 3, CROWD_CALLS),
                ground.java(
                    NIO, JavaPeer.NIO_CROWD, DIFFERENT_CORES, CROWD_CALLS * 3, CROWD_CALLS)))
        .atMost(2, all, NIO)
        .atLeast(0.5, beside, alone)
        .beside(beside, NIO);
  }

  private static void file(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("call that carries a FileRight p50");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.instance(Ground.INSTANCE, InstanceCall.FILE, FILE_WARM_UP, FILE_CALLS),
                ground.compiled(C_DESCRIPTOR, Mode.FILE, DIFFERENT_CORES, FILE_CALLS)))
        .atMost(3, p50, C_DESCRIPTOR);
  }

  private static void instance(Ground ground, Field field) {
    Quantity p50 = Quantity.medianMicros("typed call 64 B p50 to a service in its sandbox");
    field
        .run(
            p50,
            Percentiles.PRESENT,
            List.of(
                ground.instance(Ground.INSTANCE, InstanceCall.ECHO, WARM_UP, CALLS),
                ground.link(LINK, LinkCall.ECHO, DIFFERENT_CORES, WARM_UP, CALLS),
                ground.compiled(C_SPIN, Mode.SPIN, DIFFERENT_CORES, CALLS)))
        .beside(p50, LINK)
        .beside(p50, C_SPIN);
  }

  private static void allocation(Ground ground, Field field) {
    Quantity both =
        new Quantity(
            "bytes allocated by a call at both ends, beside the arguments",
            "B",
            figures -> hundredths(figures[0] + figures[1], figures[2]));
    Quantity caller =
        new Quantity("the same at the caller", "B", figures -> hundredths(figures[0], figures[2]));
    Quantity service =
        new Quantity("the same at the service", "B", figures -> hundredths(figures[1], figures[2]));
    field
        .run(
            ALLOCATING_ROUNDS,
            both,
            Percentiles.ABSENT,
            List.of(
                ground.link(LINK, LinkCall.ALLOCATION, DIFFERENT_CORES, WARM_UP, ALLOCATING_CALLS)))
        .alone(0, both, Direction.AT_MOST)
        .alone(caller)
        .alone(service);
  }

  private static double hundredths(long bytes, long calls) {
    return Math.round(bytes * 100.0 / calls) / 100.0;
  }
}
