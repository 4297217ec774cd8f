// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;

/**
 * Random walks whose every step is recounted; and faults planted in the objects' state, each of
 * which the walk must notice. {@code -Dexplorer.seed} walks one seed, {@code -Dexplorer.steps} sets
 * the length.
 */
class ExplorerTest {
  private static final int STEPS = Integer.getInteger("explorer.steps", 15_000);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7})
  void fixedSeeds(long seed) {
    walk(seed);
  }

  @Test
  void freshSeed() {
    walk(Long.getLong("explorer.seed", System.nanoTime()));
  }

  private static void walk(long seed) {
    Explorer explorer = new Explorer(seed);
    int step = 0;
    try {
      for (; step < STEPS; step++) {
        explorer.step();
      }
      explorer.finish();
    } catch (AssertionError | IllegalStateException e) {
      throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
    }
    assertThat(explorer.successes).as("seed %d reached something", seed).isGreaterThan(STEPS / 4);
    assertThat(explorer.received).as("seed %d received", seed).isGreaterThan(STEPS / 50);
  }

  /** Spoils something if it can; false if there is nothing to spoil yet. */
  interface Fault extends Predicate<Explorer> {}

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("missed decrement", e -> onPort(e, p -> p.carry(RightKind.SEND) != null)),
        fault("one decrement too many", e -> onPort(e, ExplorerTest::loseSendOnce)),
        fault("lost message", e -> onPort(e, p -> p.queue().messages.pollFirst() != null)),
        fault("doubled message", e -> onPort(e, ExplorerTest::doubleMessage)),
        fault("forgotten request", e -> onPort(e, ExplorerTest::forgetRequest)),
        fault("notification without request", ExplorerTest::notifyUnasked),
        fault("member not ready", ExplorerTest::forgetReady),
        fault("sender not charged", ExplorerTest::dischargeTwice),
        fault("custody dropped", e -> onMessage(e, ExplorerTest::forgetCustody)),
        fault("receive right in two places", e -> onPort(e, ExplorerTest::copyReceive)),
        fault("entry unknown to its port", ExplorerTest::forgetEntry));
  }

  private static Arguments fault(String name, Fault fault) {
    return Arguments.of(name, fault);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void everyPlantedFaultIsFound(String name, Fault fault) {
    Explorer explorer = new Explorer(11);
    for (int i = 0; i < 2000; i++) {
      explorer.step();
    }
    assertThatThrownBy(
            () -> {
              for (int tries = 0; !explorer.step(fault); tries++) {
                if (tries == 20_000) {
                  return;
                }
              }
              for (int i = 0; i < 3000; i++) {
                explorer.step();
              }
              explorer.finish();
            })
        .as(name)
        .isInstanceOfAny(AssertionError.class, IllegalStateException.class);
  }

  private static List<Port> ports(Explorer explorer) {
    List<Port> ports = new ArrayList<>();
    for (Task task : explorer.ipc.tasks()) {
      for (Right right : task.space().table().all()) {
        if (right.is(RightKind.RECEIVE)) {
          ports.add(right.port());
        }
      }
    }
    return ports;
  }

  private static boolean onPort(Explorer explorer, Predicate<Port> spoil) {
    return ports(explorer).stream().anyMatch(spoil);
  }

  private static boolean onMessage(Explorer explorer, Predicate<Message> spoil) {
    return onPort(explorer, port -> port.queue().messages.stream().anyMatch(spoil));
  }

  private static boolean loseSendOnce(Port port) {
    if (port.sendOnceRights() == 0) {
      return false;
    }
    port.loseSendOnce();
    return true;
  }

  private static boolean doubleMessage(Port port) {
    Message first = port.queue().messages.peekFirst();
    if (first != null) {
      port.queue().messages.addLast(first);
    }
    return first != null;
  }

  private static boolean forgetRequest(Port port) {
    boolean armed = port.noSendersRequest() != null;
    port.setNoSendersRequest(null);
    return armed;
  }

  private static boolean notifyUnasked(Explorer explorer) {
    List<Port> ports = ports(explorer);
    if (ports.isEmpty()) {
      return false;
    }
    explorer.ipc.notify(ports.getFirst().makeSendOnce(), NotificationKind.DEAD_NAME, 1);
    return true;
  }

  private static boolean forgetReady(Explorer explorer) {
    return onPort(
        explorer, port -> port.queue().sets.stream().anyMatch(set -> set.ready.remove(port)));
  }

  private static boolean dischargeTwice(Explorer explorer) {
    return onMessage(
        explorer,
        message -> {
          Account payer = message.payer();
          if (payer != null) {
            payer.discharge(message.cost());
          }
          return payer != null;
        });
  }

  private static boolean forgetCustody(Message message) {
    message.port().ipc().tally.custodies -= message.custody().size();
    return !message.custody().isEmpty();
  }

  private static boolean copyReceive(Port port) {
    return CarriedRight.of(RightKind.RECEIVE, port) != null;
  }

  private static boolean forgetEntry(Explorer explorer) {
    for (Task task : explorer.ipc.tasks()) {
      for (Right right : task.space().table().all()) {
        if (right.is(RightKind.SEND)) {
          right.port().left(task.space(), right);
          return true;
        }
      }
    }
    return false;
  }
}
