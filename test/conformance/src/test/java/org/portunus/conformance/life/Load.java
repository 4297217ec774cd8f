// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/** A client that calls without end, checks each answer and counts. */
final class Load implements AutoCloseable {
  private static final int CALLS_OF_A_VISIT = 5;

  private final AtomicLong made = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final List<String> instances = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean ending;

  private Load(Path run, String service, int callsOfAVisit) {
    this.thread = Thread.ofPlatform().start(() -> visit(run, service, callsOfAVisit));
  }

  /** One connection for all calls. */
  static Load staying(Path run, String service) {
    return new Load(run, service, Integer.MAX_VALUE);
  }

  /** Comes anew for a few calls each time. */
  static Load coming(Path run, String service) {
    return new Load(run, service, CALLS_OF_A_VISIT);
  }

  private void visit(Path run, String service, int calls) {
    while (!ending && failures.isEmpty()) {
      made.incrementAndGet();
      try (Instance instance = Instance.connect(run.resolve("socket"));
          ServiceConnection<LifeProbe> connection = instance.open(LifeProbeXpc.TYPE, service)) {
        if (!instances.contains(instance.id().toString())) {
          instances.add(instance.id().toString());
        }
        LifeProbe probe = connection.proxy(Eventually.PATIENCE);
        for (int i = 0; i < calls && !ending; i++) {
          call(probe);
        }
        answered.incrementAndGet();
      } catch (RuntimeException failure) {
        failures.add(failure);
      }
    }
  }

  private void call(LifeProbe probe) {
    long number = made.incrementAndGet();
    if (probe.echo(number) != number) {
      throw new IllegalStateException("the answer to " + number + " is another");
    }
    answered.incrementAndGet();
  }

  /** Waits until so many more calls were answered. */
  void await(int more) {
    long before = answered.get();
    until(more + " more answers", () -> answered.get() - before >= more);
  }

  /** Waits until another instance than before has answered so many. */
  void awaitAnother(int more) {
    int known = instances.size();
    until("another instance", () -> instances.size() > known || known > 1);
    await(more);
  }

  private void until(String what, BooleanSupplier condition) {
    Eventually.until(what, () -> !failures.isEmpty() || condition.getAsBoolean());
    failures();
  }

  /** What went wrong, with every call that got no answer. */
  List<Throwable> failures() {
    if (!failures.isEmpty()) {
      throw new AssertionError(
          made.get() + " calls, " + answered.get() + " answers", failures.getFirst());
    }
    return failures;
  }

  @Override
  public void close() {
    leave();
  }

  /** Ends after the call that it makes, with as many answers as calls. */
  void leave() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failures.isEmpty() && made.get() != answered.get()) {
      throw new AssertionError(made.get() + " calls, " + answered.get() + " answers");
    }
  }
}
