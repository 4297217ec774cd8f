// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kernels with one check of tickets taken out: for each a test of {@link TicketsTest} must fail,
 * which succeeds with the check. Each runs in a process of its own.
 */
class SeededTicketsTest {
  private static final Path SOURCES = Path.of("src/main/java/org/portunus/kernel");
  private static final int PATIENCE_SECONDS = 10;

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
    Path classes = compiled(source, check, instead);
    assertThat(run(classes, test)).as("%s, with the bug", test).contains("FAILED");
  }

  private Path compiled(String source, String check, String instead) throws IOException {
    Path original = SOURCES.resolve(source);
    String text = Files.readString(original);
    assertThat(text).as("the source has the check once").containsOnlyOnce(check);
    Path changed = folder.resolve(original.getFileName());
    Files.writeString(changed, text.replace(check, instead));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    StringWriter said = new StringWriter();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-proc:none",
                "-nowarn",
                "-cp",
                classPath(),
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(status).as("%s", said).isZero();
    return classes;
  }

  private String run(Path classes, String test) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes + File.pathSeparator + classPath(),
                SeededTicketsTest.class.getName(),
                test)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return "FAILED: it went on";
    }
    return Files.readString(said, StandardCharsets.UTF_8);
  }

  /** Everything that this test runs with, wherever Maven put it. */
  private static String classPath() {
    Set<String> parts = new LinkedHashSet<>();
    parts.add("target/classes");
    parts.add("target/test-classes");
    for (String property :
        List.of("surefire.test.class.path", "java.class.path", "jdk.module.path")) {
      parts.addAll(Arrays.asList(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    parts.remove("");
    return String.join(File.pathSeparator, parts);
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
