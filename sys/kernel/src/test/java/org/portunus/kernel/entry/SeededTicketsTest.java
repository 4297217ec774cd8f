// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.kernel.SeededBuild;

/**
 * Kernels with one check of tickets taken out: for each a test of {@link TicketsTest} must fail,
 * which succeeds with the check. Each runs in a process of its own.
 */
class SeededTicketsTest {
  @TempDir Path folder;

  static Stream<Arguments> bugs() {
    String tickets = "entry/Tickets.java";
    String purse = "entry/TicketPurse.java";
    return Stream.of(
        Arguments.of(
            "the secret is not compared",
            purse,
            "return difference == 0;",
            "return difference >= 0 || difference < 0;",
            "aForgedTicketEndsTheConnection"),
        Arguments.of(
            "only the last ticket is compared",
            purse,
            "difference |= tickets",
            "difference = tickets",
            "aGoodTicketAtTheEndMakesUpForNothing"),
        Arguments.of(
            "the number of tickets is not compared",
            purse,
            "if (shown.size() != tickets.size()) {",
            "if (shown.size() > tickets.size()) {",
            "oneTicketOfTwoEndsTheConnection"),
        Arguments.of(
            "a deposit stays after it was redeemed",
            purse,
            "deposits.remove(deposit.sequence);",
            "deposit.hashCode();",
            "aReplayedTicketEndsTheConnection"),
        Arguments.of(
            "the direction does not count",
            tickets,
            "Optional.ofNullable(both.get(side))",
            "both.values().stream().findFirst()",
            "theDepositorCantRedeemItsOwnTicket"),
        Arguments.of(
            "anybody may redeem who knows the ticket",
            tickets,
            "            .filter(_ -> speaksFor(task, place))",
            "",
            "aStrangerLearnsNothingAndEndsNothing"),
        Arguments.of(
            "there is no limit",
            tickets,
            "if (purse.waiting() + deposit.slots().size() > MAX_WAITING) {",
            "if (purse.waiting() < 0) {",
            "oneRightTooManyEndsTheConnection"),
        Arguments.of(
            "positions may come again",
            purse,
            "return sequence > lastSequence;",
            "return sequence > -1;",
            "aDepositAtAnOldPositionEndsTheConnection"),
        Arguments.of(
            "nothing expires",
            tickets,
            "made.expireBy(loop.after(expiryNanos, () -> release(purse.owner, purse.expire(made))));",
            "made.expireBy(loop.after(Long.MAX_VALUE, () -> {}));",
            "whatNobodyTakesGoesHomeWithItsNotifications"),
        Arguments.of(
            "the rights of a closed connection stay",
            tickets,
            "connections.whenLeft(this::left);",
            "",
            "theClientCloses"),
        Arguments.of(
            "what waits in the other's socket is not looked at",
            tickets,
            ".ifPresent(other -> other.takeWaiting(() -> isThere(claim.place())));",
            ".ifPresent(other -> {});",
            "aDepositThatIsStillInTheOthersSocketIsFound"),
        Arguments.of(
            "a descriptor that is open for writing is kept",
            "custody/KeptRight.java",
            "return switch (kind) {",
            "return flags >= 0 ? \"\" : switch (kind) {",
            "whatIsNoRightOfItsKindIsATypedErrorForWhoRedeemsIt"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  @Execution(ExecutionMode.CONCURRENT)
  void isFound(String bug, String source, String check, String instead, String test)
      throws Exception {
    String said = SeededBuild.of(folder, source, check, instead).run(getClass(), test);
    assertThat(said).as("%s, with the bug", bug).contains("FAILED");
  }

  /** Runs one test of {@link TicketsTest}. */
  public static void main(String[] arguments) throws Exception {
    Method test = TicketsTest.class.getDeclaredMethod(arguments[0]);
    test.setAccessible(true);
    TicketsTest instance = new TicketsTest();
    int status = 0;
    try {
      test.invoke(instance);
      System.out.println("PASSED");
    } catch (InvocationTargetException failure) {
      System.out.println("FAILED: " + failure.getCause());
      status = 1;
    }
    // The loop's threads may be at anything by now.
    Runtime.getRuntime().halt(status);
  }
}
