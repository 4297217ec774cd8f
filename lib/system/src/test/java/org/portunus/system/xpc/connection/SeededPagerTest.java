// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs that somebody could write into memory with a pager, and the test that then fails. */
class SeededPagerTest {
  private static final String PAGER = "lib/system/src/main/java/org/portunus/system/pager/";
  private static final String PAGED = "org.portunus.system.pager.PagedMemoryTest";
  private static final String HOSTILE = "org.portunus.system.pager.HostilePagerTest";
  private static final Path ROOT = Path.of("..", "..");
  // What has not ended by then hangs; the tests themselves take fractions of a second.
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(60);
  // One is a race of readers.
  private static final int TRIES = 10;

  record Bug(
      String what,
      String source,
      String check,
      String bug,
      String testClass,
      String test,
      List<Object> arguments) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Bug bug(
      String what, String check, String bug, String testClass, String test, Object... arguments) {
    return new Bug(what, "Pages.java", check, bug, testClass, test, Arrays.asList(arguments));
  }

  @TempDir private Path folder;

  static List<Bug> bugs() {
    return List.of(
        bug(
            "length of an answer not checked",
            "return content.length == PagedMemory.PAGE_BYTES",
            "return content.length > 0",
            HOSTILE,
            "anAnswerOfAnotherSizeIsTheEnd",
            1 << 20),
        bug(
            "no deadline",
            "long left = oldest.left(deadlineNanos);",
            "long left = oldest.left(Long.MAX_VALUE / 2);",
            HOSTILE,
            "whoDoesNotAnswerInTimeIsLostForAllThatWait"),
        bug(
            "who asks is not interrupted",
            "asked.forEach(Asking::interrupt);",
            "asked.size();",
            HOSTILE,
            "theCloseWaitsForNoPager"),
        bug(
            "no poison",
            "faults.ifPresent(handled -> poison(handled, reason));",
            "faults.isPresent();",
            HOSTILE,
            "anAnswerOfAnotherSizeIsTheEnd",
            1),
        bug(
            "poison up to the first page that is there",
            "first = page + 1;",
            "first = states.length;",
            HOSTILE,
            "anAnswerOfAnotherSizeIsTheEnd",
            1),
        bug(
            "a refused page counted as given back",
            "if (!taken || loss.isPresent()) {",
            "if (loss.isPresent()) {",
            PAGED,
            "aPageThatIsRefusedStaysDirty"),
        bug(
            "a page stays dirty for ever",
            "asking = begin(page);",
            "asking = begin(page); set(page, PageState.DIRTY);",
            PAGED,
            "whatWasPutIsGivenBackOnce"),
        bug(
            "a page asked for by all who touch it",
            "case ASKED -> changed.awaitUninterruptibly();",
            "case ASKED -> { return Optional.of(begin(page)); }",
            PAGED,
            "severalThreadsAskForAPageOnce"),
        bug(
            "native code left to wait where nothing can be poisoned",
            "ending.end(reason);",
            "changed.signal();",
            HOSTILE,
            "whereNothingCanBePoisonedWhoHasTheAddressEnds"),
        bug(
            "a close that ends the process",
            "if (reason.code() != ErrorCode.INVALID) {",
            "if (reason.code() != ErrorCode.DEADLINE) {",
            HOSTILE,
            "aCloseEndsNobody"),
        new Bug(
            "bytes behind the end",
            "PagedMemory.java",
            "Objects.checkFromIndexSize(offset, into.byteSize(), size);",
            "Objects.checkFromIndexSize(offset, into.byteSize(), memory.byteSize());",
            PAGED,
            "nothingOutsideItIsReached",
            List.of()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  @Execution(ExecutionMode.CONCURRENT)
  void isFound(Bug bug) throws Exception {
    Path source = ROOT.resolve(PAGER + bug.source());
    SeededLink seeded = SeededLink.build(source, bug.check(), bug.bug(), folder);
    Optional<String> failure = Optional.empty();
    for (int i = 0; i < TRIES && failure.isEmpty(); i++) {
      failure = seeded.failureOf(PATIENCE, bug.testClass(), bug.test(), bug.arguments().toArray());
    }
    assertThat(failure).as("%s fails", bug.test()).isPresent();
  }

  /** The same way without a bug: what fails above, fails for the bug. */
  @Test
  void withoutABugTheTestsPass() throws Exception {
    Path source = ROOT.resolve(PAGER + "Pages.java");
    SeededLink same = SeededLink.build(source, "first = page + 1;", "first = 1 + page;", folder);
    for (Bug bug : bugs()) {
      assertThat(same.failureOf(LONG, bug.testClass(), bug.test(), bug.arguments().toArray()))
          .as(bug.test())
          .isEmpty();
    }
  }
}
