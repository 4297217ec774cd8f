// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.conformance.Project;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.interfaces.launchd.Route;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** A service becomes relayed, and direct again, while it is called. */
class RelayChangeTest {
  private static final String SERVICE = "probe.change";
  private static final String STOPPED = "probe.change.stopped";
  private static final int CALLERS = 4;
  private static final int CHANGES = 5;
  private static final int CALLS_BETWEEN = 20;

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(SERVICE, Map.of("IdleTimeout", "600", "Grace", "60"), 0)
                .job(STOPPED, Map.of("IdleTimeout", "600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  /** Of the links whose clients have not left. */
  private static List<LinkState> states(String service) {
    return instance.control().links().stream()
        .filter(link -> link.serviceLabel().equals(service))
        .map(Link::state)
        .filter(state -> state != LinkState.CLOSING)
        .toList();
  }

  private static int route(Route route) {
    return instance.control().setRoute(SERVICE, route);
  }

  @Test
  void aCallInFlightIsInterruptedAndTheNextIsRelayed() throws Exception {
    route(Route.DIRECT);
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      CompletableFuture<PortunusException> invalid = new CompletableFuture<>();
      connection.onInvalidation(invalid::complete);
      CallInBackground asleep = new CallInBackground(probe::sleep).awaitStart();
      assertThat(states(SERVICE)).containsOnly(LinkState.DIRECT);

      assertThat(route(Route.RELAYED)).isPositive();

      assertThat(asleep.awaitEnd().code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(probe.echo(1)).isEqualTo(1);
      Eventually.until("its handler was interrupted", () -> probe.sleepers() == 0);
      Eventually.until(
          "only a relayed one is left", () -> states(SERVICE).equals(List.of(LinkState.RELAYED)));
      assertThat(route(Route.RELAYED)).as("nothing is direct any more").isZero();
      assertThat(route(Route.DIRECT)).isZero();
      assertThat(probe.echo(2)).as("it lives on").isEqualTo(2);
      assertThat(states(SERVICE)).containsExactly(LinkState.RELAYED);
      try (ServiceConnection<LifeProbe> other = instance.open(SERVICE)) {
        assertThat(other.proxy(Eventually.PATIENCE).echo(3)).isEqualTo(3);
        assertThat(states(SERVICE)).containsExactlyInAnyOrder(LinkState.RELAYED, LinkState.DIRECT);
      }
      assertThat(invalid).isNotDone();
      assertThat(instance.job(SERVICE).runs()).isEqualTo(1);
    }
  }

  @Test
  void anIdempotentCallRepeatsItself() throws Exception {
    route(Route.DIRECT);
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      AtomicInteger attempts = new AtomicInteger();
      CountDownLatch first = new CountDownLatch(1);
      CountDownLatch moved = new CountDownLatch(1);
      CompletableFuture<Long> answer =
          CompletableFuture.supplyAsync(() ->
              probe.attempt(
                  value -> {
                    int number = attempts.incrementAndGet();
                    if (number == 1) {
                      first.countDown();
                      await(moved);
                    }
                    return number;
                  },
                  0));
      await(first);
      assertThat(route(Route.RELAYED)).isPositive();
      moved.countDown();
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(2);
      assertThat(probe.echo(1)).isEqualTo(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the kernel has said of links that it took. */
  private static List<String> linkLines() {
    return instance.lines().stream().filter(line -> line.contains("link.")).toList();
  }

  /** Whose connections a caller uses. */
  private enum Uses {
    /** One that others use too, to the end. */
    SHARED,
    /** Its own, and a new one after each change to direct. */
    OWN
  }

  /** One thread's calls, each with the answer that only it can have. */
  private static final class Caller {
    private final Uses uses;
    private final AtomicInteger phase;
    private final Random random;
    private final AtomicIntegerArray answered;
    private final int index;
    private int interrupted;
    private ServiceConnection<LifeProbe> connection;
    private int known;

    Caller(
        Uses uses,
        ServiceConnection<LifeProbe> connection,
        AtomicInteger phase,
        Random random,
        AtomicIntegerArray answered,
        int index) {
      this.uses = uses;
      this.connection = connection;
      this.phase = phase;
      this.random = random;
      this.answered = answered;
      this.index = index;
    }

    /** Calls until it is over, and says how many calls were interrupted. */
    int run(AtomicBoolean over) {
      while (!over.get()) {
        int now = phase.get();
        if (uses == Uses.OWN && now != known) {
          known = now;
          connection.close();
          connection = instance.open(SERVICE);
        }
        call(connection.proxy(Eventually.PATIENCE));
      }
      if (uses == Uses.OWN) {
        connection.close();
      }
      return interrupted;
    }

    private void call(LifeProbe probe) {
      try {
        switch (random.nextInt(8)) {
          case 0 -> {
            byte[] bytes = new byte[random.nextInt(100_000)];
            random.nextBytes(bytes);
            byte[] back = probe.reversed(bytes);
            assertThat(back.length).isEqualTo(bytes.length);
            for (int i = 0; i < bytes.length; i++) {
              if (back[bytes.length - 1 - i] != bytes[i]) {
                throw new AssertionError("byte " + i + " of " + bytes.length);
              }
            }
          }
          case 1 -> assertThat(probe.callBack(value -> 2 * value, 3)).isEqualTo(6);
          default -> {
            long value = random.nextLong();
            assertThat(probe.echo(value)).isEqualTo(value);
          }
        }
        answered.incrementAndGet(index);
      } catch (PortunusException end) {
        if (end.code() != ErrorCode.INTERRUPTED) {
          throw new AssertionError("the call ended, and the log says " + linkLines(), end);
        }
        interrupted++;
      }
    }
  }

  @Test
  void noCallOfSeveralThreadsIsLostOrAnsweredWrongly() throws Exception {
    route(Route.DIRECT);
    long seed = System.nanoTime();
    System.out.println("RelayChangeTest seed " + seed);
    Random seeds = new Random(seed);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger phase = new AtomicInteger();
    AtomicIntegerArray answered = new AtomicIntegerArray(CALLERS);
    List<CompletableFuture<Integer>> callers = new ArrayList<>();
    try (ServiceConnection<LifeProbe> shared = instance.open(SERVICE)) {
      for (int i = 0; i < CALLERS; i++) {
        Uses uses = i < CALLERS / 2 ? Uses.SHARED : Uses.OWN;
        ServiceConnection<LifeProbe> connection =
            uses == Uses.SHARED ? shared : instance.open(SERVICE);
        Random random = new Random(seeds.nextLong());
        callers.add(start(new Caller(uses, connection, phase, random, answered, i), over));
      }
      int moved = 0;
      try {
        for (int i = 0; i < CHANGES; i++) {
          awaitCalls(answered, callers);
          moved += route(Route.RELAYED);
          awaitCalls(answered, callers);
          assertThat(states(SERVICE)).contains(LinkState.RELAYED).doesNotContain(LinkState.DIRECT);
          route(Route.DIRECT);
          phase.incrementAndGet();
        }
        awaitCalls(answered, callers);
      } finally {
        over.set(true);
      }
      for (CompletableFuture<Integer> caller : callers) {
        assertThat(caller.get(60, TimeUnit.SECONDS)).as("seed %d", seed).isNotNegative();
      }
      assertThat(moved).isGreaterThanOrEqualTo(CHANGES * CALLERS / 2);
      JobStatus after = instance.job(SERVICE);
      assertThat(after.runs()).as("both ends confirmed").isEqualTo(1);
      assertThat(after.crashes()).isZero();
    }
  }

  private static CompletableFuture<Integer> start(Caller caller, AtomicBoolean over) {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            end.complete(caller.run(over));
          } catch (Throwable wrong) {
            end.completeExceptionally(wrong);
          }
        });
    return end;
  }

  private static void awaitCalls(
      AtomicIntegerArray answered, List<CompletableFuture<Integer>> callers) {
    int[] before = new int[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      before[i] = answered.get(i);
    }
    Eventually.until(
        "every thread's calls go on",
        () -> {
          boolean all = true;
          for (int i = 0; i < CALLERS; i++) {
            int unusedUnlessItFailed = callers.get(i).getNow(0);
            all &= answered.get(i) >= before[i] + CALLS_BETWEEN;
          }
          return all;
        });
  }

  @Test
  void aServiceThatHoldsOnToItsLinkIsKilled() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STOPPED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      Process stop =
          new ProcessBuilder("/bin/kill", "-STOP", Long.toString(instance.process(STOPPED).pid()))
              .start();
      assertThat(stop.waitFor()).isZero();
      assertThat(instance.control().setRoute(STOPPED, Route.RELAYED)).isEqualTo(1);
      Eventually.until("the service's end", () -> instance.job(STOPPED).lastExit().isPresent());
      assertThat(instance.job(STOPPED).lastExit().orElseThrow())
          .contains(ErrorCode.LINK_UNCONFIRMED.dotted());
      assertThat(probe.echo(2)).isEqualTo(2);
      assertThat(states(STOPPED)).containsExactly(LinkState.RELAYED);
    }
  }

  @Test
  void aServiceThatNobodyOffersIsRefused() {
    PortunusException refusal =
        catchThrowableOfType(
            PortunusException.class,
            () -> instance.control().setRoute("no.such.service", Route.RELAYED));
    assertThat(refusal.code()).isEqualTo(ErrorCode.NAME_UNKNOWN);
    assertThat(refusal).hasMessageContaining("no.such.service");
  }

  @Test
  void theVerbChangesTheRoute() throws Exception {
    Verb relay = verb("--relay", STOPPED, "--json", "-");
    assertThat(relay.status()).as(relay.out()).isZero();
    assertThat(relay.out()).contains("\"service\" : \"" + STOPPED + "\"", "\"RELAYED\"");
    assertThat(instance.control().relayedServices()).contains(STOPPED);
    assertThat(verb().out()).contains("relayed: ").contains(STOPPED);
    Verb direct = verb("--direct", STOPPED);
    assertThat(direct.status()).isZero();
    assertThat(direct.out()).contains(STOPPED + ": new connections are direct");
    assertThat(instance.control().relayedServices()).doesNotContain(STOPPED);
    Verb unknown = verb("--relay", "no.such");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.out()).contains(ErrorCode.NAME_UNKNOWN.dotted(), "no.such");
    Verb both = verb("--relay", STOPPED, "--direct", STOPPED);
    assertThat(both.status()).isEqualTo(2);
  }

  /** How a run of the verb ended, and what it wrote. */
  private record Verb(int status, String out) {}

  private static Verb verb(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Project.root().resolve("portunus").toString());
    command.addAll(List.of("links", "--run", instance.instance().run().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Verb(process.waitFor(), out);
  }
}
