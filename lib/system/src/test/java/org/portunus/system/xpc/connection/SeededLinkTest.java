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

/** Bugs that somebody could write into links, and for each the test that then fails. */
class SeededLinkTest {
  private static final String SYSTEM = "lib/system/src/main/java/org/portunus/system/";
  private static final String LINK = SYSTEM + "link/";
  private static final String CONNECTION = SYSTEM + "xpc/connection/";
  private static final String LINUX = "sys/linux/src/main/java/org/portunus/linux/";
  private static final String RING = "org.portunus.system.link.RingTest";
  private static final String BELL = "org.portunus.system.link.DoorbellTest";
  private static final String BUSY = "org.portunus.system.xpc.connection.BusyHandlerTest";
  private static final String HOSTILE = "org.portunus.system.xpc.connection.HostileLinkTest";
  private static final String READING = "org.portunus.system.xpc.connection.HostileReadingTest";

  /**
   * @param source from the project's root
   * @param arguments of the test, if it has parameters
   */
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
      String what,
      String source,
      String check,
      String bug,
      String testClass,
      String test,
      Object... arguments) {
    return new Bug(what, source, check, bug, testClass, test, Arrays.asList(arguments));
  }

  // What has not ended by then hangs; the tests themselves take fractions of a second.
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  // Some are races with the peer, and on a busy machine not every run has one.
  private static final int TRIES = 10;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Path ROOT = Path.of("..", "..");

  @TempDir private Path folder;

  static List<Bug> ring() {
    return List.of(
        bug(
            "consumed not validated",
            LINK + "RingWriter.java",
            "if (said < consumed || said > tail) {",
            "if (said == Long.MIN_VALUE + 1) {",
            RING,
            "aForgedPositionOfTheReaderKillsTheLink",
            Long.MAX_VALUE),
        bug(
            "no clearing ahead",
            LINK + "RingWriter.java",
            "if (cleared <= position) {",
            "if (cleared < 0) {",
            RING,
            "theHeadBehindARecordIsClearBeforeTheRecordIsSeen"),
        bug(
            "a record's length not checked against the ring's end",
            LINK + "RingReader.java",
            " || LinkLayout.RECORD_HEAD + length > capacity - at) {",
            ") {",
            RING,
            "aRecordOverTheEndOfTheRingKillsTheLink"),
        bug(
            "a head read twice",
            LINK + "RingReader.java",
            "into, 0, first);",
            "into, 0, LinkLayout.length(head()) - LinkLayout.RECORD_HEAD);",
            RING,
            "aHeadThatChangesWhileItIsReadIsCopiedOnce"),
        bug(
            "position not validated at closing",
            LINK + "LinkEnd.java",
            "closed == LinkLayout.OPEN || closed - 1 > writer.tail() || closed < 0",
            "closed == LinkLayout.OPEN",
            RING,
            "aForgedPositionAtTheCloseKillsTheLink",
            Long.MAX_VALUE),
        bug(
            "missing epoch check",
            LINK + "LinkEnd.java",
            "return result != EMPTY && isSevered() ? LinkFault.SEVERED.result() : result;",
            "return result;",
            RING,
            "aSeveredLinkTakesAndGivesNothing"),
        bug(
            "a body taken from a severed link",
            LINK + "LinkEnd.java",
            "return isSevered() ? LinkFault.SEVERED.result() : count;",
            "return count;",
            RING,
            "theBodyOfALongFrameIsNotTakenFromASeveredLink"),
        bug(
            "bytes of the next record taken for a body's",
            LINK + "RingReader.java",
            "Objects.checkFromIndexSize(from, count, open == 0 ? 0 : openLength);",
            "Objects.checkFromIndexSize(from, count, capacity);",
            RING,
            "aLongFrameIsReadInPartsAndNoByteOfAnother"),
        bug(
            "room of a body given back before it is copied",
            LINK + "RingReader.java",
            "open = start;",
            "open = start; Words.setLong(memory, direction + LinkLayout.CONSUMED, position + 64);",
            RING,
            "aLongFrameIsReadInPartsAndNoByteOfAnother"),
        bug(
            "attention not validated",
            LINK + "LinkEnd.java",
            "default -> LinkFault.ATTENTION.result();",
            "default -> reading & 3;",
            RING,
            "aForgedAttentionKillsTheLink",
            5));
  }

  static List<Bug> doorbell() {
    return List.of(
        bug(
            "flag cleared by the poster",
            LINK + "LinkEnd.java",
            "yield Attention.ASLEEP;",
            "Words.setInt(segment, outgoing + LinkLayout.ATTENTION, 0); yield Attention.ASLEEP;",
            BELL,
            "thePosterCountsTheBellUpOnceASleepAndLeavesTheFlag"),
        bug(
            "one ring for all sleeps",
            LINK + "LinkEnd.java",
            "boolean known = reading == rung;",
            "boolean known = Attention.state(reading) == Attention.state(rung);",
            BELL,
            "thePosterCountsTheBellUpOnceASleepAndLeavesTheFlag"),
        bug(
            "one ring for all times away",
            LINK + "LinkEnd.java",
            "Attention.counted(Attention.AWAY, bellsTaken)",
            "Attention.counted(Attention.AWAY, 0)",
            BELL,
            "aReaderThatIsAwayIsRungForOnceUntilItHasHeard"),
        bug(
            "bell not counted up",
            LINK + "LinkEnd.java",
            "++bell);",
            "bell);",
            BELL,
            "thePosterCountsTheBellUpOnceASleepAndLeavesTheFlag"),
        bug(
            "no look before the sleep",
            LINK + "LinkEnd.java",
            "if (!closing && !reader.hasRecord() && !isSevered()) {",
            "if (!closing && !isSevered()) {",
            BELL,
            "whatCameBeforeTheFlagKeepsItsReaderAwake"),
        bug(
            "an untimed wait",
            LINUX + "event/FutexSet.java",
            "System.nanoTime() + Math.min(nanos, LONGEST)",
            "System.nanoTime() + Math.min(nanos, 1000 * LONGEST)",
            BELL,
            "aPeerThatNeverRingsDelaysButDoesNotHang"),
        bug(
            "missing seal check of the link's memory",
            LINK + "LinkMemory.java",
            "if (seals < 0 || (seals & SEALS) != SEALS) {",
            "if (seals < 0) {",
            BELL,
            "memoryWithoutItsSealsIsRefused"),
        bug(
            "missing seal check of the sever words",
            LINK + "SeverWords.java",
            "if (seals < 0 || (seals & SEALS) != SEALS) {",
            "if (seals < 0) {",
            BELL,
            "severWordsThatOthersCouldWriteAreRefused"));
  }

  static List<Bug> reception() {
    return List.of(
        bug(
            "no bell for a second call",
            CONNECTION + "LinkTransport.java",
            "if (others && (kind == KIND_REQUEST || kind == KIND_CANCEL)) {",
            "if (others && kind == KIND_CANCEL) {",
            HOSTILE,
            "aSecondCallRingsForAPeerThatMayBeRunningTheFirst"),
        bug(
            "no bell for a call to a busy reader",
            CONNECTION + "LinkTransport.java",
            "if (!oneway) {",
            "if (oneway) {",
            BUSY,
            "aBusyReaderIsRungForAllButRequestsWithoutReply"),
        bug(
            "what nobody rang for left to a busy handler",
            CONNECTION + "LinkReception.java",
            "return lead.isOver() || waitsForRoom || unrung || end.isSevered();",
            "return lead.isOver() || waitsForRoom || end.isSevered();",
            BUSY,
            "whatCameBeforeTheWordIsNotLeftToAHandlerThatBlocks"),
        bug(
            "no second look when turning away",
            CONNECTION + "LinkReception.java",
            "if (reader.expectsMore()) {",
            "if (reader.expectsMore() && end.turnAway() && end.capacity() < 0) {",
            READING,
            "whoTurnsAwayLooksOnceMore"),
        bug(
            "bells taken as long as they come",
            CONNECTION + "LinkTransport.java",
            "i < MAX_PACKETS && !socketEnded",
            "i >= 0 && !socketEnded",
            HOSTILE,
            "bellsAreTakenInPortions"),
        bug(
            "deadline not looked at while records come",
            CONNECTION + "LinkReception.java",
            "if (++turns % TURNS_BEFORE_CLOCK == 0 && givesUp(until)) {",
            "if (++turns < 0 && givesUp(until)) {",
            READING,
            "aRecordAfterEachDoesNotOutlastADeadline"),
        bug(
            "the waiter reads a link as long as records come",
            CONNECTION + "LinkReception.java",
            "int left = MOST_FOR_OTHERS;",
            "int left = Integer.MAX_VALUE;",
            READING,
            "aRecordAfterEachKeepsTheWaiterFromNoOtherLink"),
        bug(
            "the rest read as long as it comes",
            CONNECTION + "LinkLead.java",
            "while (end.position() < last && read(reader)) {",
            "while (last != end.position() - 1 && read(reader)) {",
            READING,
            "aRecordAfterEachDoesNotOutlastTheEnd"),
        bug(
            "memory that runs out on a caller's thread",
            CONNECTION + "LinkLead.java",
            "catch (OutOfMemoryError | StackOverflowError full)",
            "catch (StackOverflowError full)",
            READING,
            "memoryThatRunsOutInACallerEndsTheSession"),
        bug(
            "a caller that leads waits for handlers",
            CONNECTION + "IncomingCalls.java",
            "(bytes + limits.maxMessage() > limits.maxWaitingBytes()",
            "(bytes + 65536 > limits.maxWaitingBytes()",
            HOSTILE,
            "aCallerDoesNotWaitForTheHandlersOfThisSide"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"ring", "doorbell", "reception"})
  @Execution(ExecutionMode.CONCURRENT)
  void isFound(Bug bug) throws Exception {
    SeededLink seeded =
        SeededLink.build(ROOT.resolve(bug.source()), bug.check(), bug.bug(), folder);
    Optional<String> failure = Optional.empty();
    for (int i = 0; i < TRIES && failure.isEmpty(); i++) {
      failure = seeded.failureOf(PATIENCE, bug.testClass(), bug.test(), bug.arguments().toArray());
    }
    assertThat(failure).as("%s fails", bug.test()).isPresent();
  }

  /** The same way without a bug: what fails above, fails for the bug. */
  @Test
  void withoutABugTheTestsPass() throws Exception {
    Path source = ROOT.resolve(LINK + "LinkEnd.java");
    SeededLink same = SeededLink.build(source, "++bell);", "++bell );", folder);
    for (Bug bug :
        List.of(ring(), doorbell(), reception()).stream().flatMap(List::stream).toList()) {
      assertThat(same.failureOf(LONG, bug.testClass(), bug.test(), bug.arguments().toArray()))
          .as(bug.test())
          .isEmpty();
    }
  }
}
