// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.kernel.SeededBuild;

/**
 * Every state of two tasks and two ports to a depth, by the objects as they are and with bugs.
 * {@code -Dstates.depth} goes deeper.
 */
@Timeout(120)
class SmallStatesTest {
  private static final int DEPTH = Integer.getInteger("states.depth", 5);
  private static final int DEPTH_OF_BUGS = 5;

  @TempDir Path folder;

  @Test
  void everyStateKeepsTheInvariants() {
    String report = SmallStates.report(DEPTH);
    System.out.println("small states: " + report);
    assertThat(report).startsWith("PASSED");
    assertThat(SmallStates.explore(3).states()).isGreaterThan(500);
  }

  @Test
  void everyStateWithDiminishedRightsKeepsTheInvariants() {
    String report = SmallStates.reportDiminished(DEPTH);
    System.out.println("small states, diminished: " + report);
    assertThat(report).startsWith("PASSED");
    assertThat(SmallStates.exploreDiminished(3).states()).isGreaterThan(200);
  }

  static Stream<Arguments> bugsOfDiminished() {
    return Stream.of(
        bug(
            "a copy of what can't be copied",
            "CopyIn",
            "if (disposition == Disposition.COPY_SEND && !destination && right.movesWhole()) {",
            "if (right.name() == 0) {"),
        bug(
            "a message that comes back brings a second right",
            "CopyOut",
            "(right.isLent() && entry == null)",
            "right.bareName() != 0"),
        bug(
            "a move leaves references behind",
            "CopyIn",
            "if (right.references() > 1 && !right.movesWhole()) {",
            "if (right.references() > 1) {"),
        bug(
            "powers grow on the way",
            "CopyOut",
            "less == null ? Right.toPort(name, port, right.kind())",
            "less == less ? Right.toPort(name, port, right.kind())"),
        bug(
            "a merged right with fewer powers counts twice",
            "CopyOut",
            "port.loseSend(right.diminished());",
            "port.loseSend();"),
        bug(
            "the end of a right is no end of a sender",
            "Port",
            "tellDeath(right, request);\n      loseSend(less);",
            "tellDeath(right, request);\n      less.lose();"),
        bug(
            "who waits at the end of a right waits on",
            "Port",
            "sender.giveBack(KernReturn.SEND_EXPIRED)",
            "sender.hashCode()"),
        bug(
            "any id passes",
            "Sending",
            "if (less != null && !less.allows(message.id())) {",
            "if (less != null && less.rights() == 0) {"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugsOfDiminished")
  void everySeededBugOfDiminishedRightsIsFound(
      String bug, String source, String check, String instead) throws Exception {
    assertThat(reported("reportDiminished", source, check, instead)).as(bug).startsWith("FAILED");
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(
            "no-senders is told again",
            "Port",
            "sendRights == 0 && request != null) {\n      noSendersRequest = null;",
            "sendRights == 0 && request != null) {"),
        bug(
            "no-senders comes with a sender left",
            "Port",
            "if (alive && sendRights == 0 && request",
            "if (alive && sendRights <= 1 && request"),
        bug(
            "the port's death is not told",
            "Port",
            "ipc.notify(request, NotificationKind.DEAD_NAME, right.name());",
            "ipc.drop(request);"),
        bug(
            "room is told again",
            "Port",
            "right.forgetRequest();\n      ipc.notify(request, NotificationKind.SEND_POSSIBLE",
            "ipc.notify(request, NotificationKind.SEND_POSSIBLE"),
        bug(
            "the receive right comes back for ever",
            "Port",
            "portDestroyedRequest = null;\n      guard = role.returning();",
            "guard = role.returning();"),
        bug(
            "a send right of a dead port still counts",
            "Port",
            "if (right.is(RightKind.SEND)) {\n      sendRights--;",
            "if (right.is(RightKind.SEND)) {"),
        bug(
            "a circle of receive rights",
            "Delivery",
            "if (leadsTo(message.port(), carried)) {",
            "if (message.port() == carried) {"),
        bug(
            "a merged send right counts twice",
            "CopyOut",
            "entry.addReference();\n      port.loseSend(right.diminished());",
            "entry.addReference();"),
        bug(
            "a moved send-once right is copied",
            "CopyIn",
            "space.remove(right);\n        CarriedRight moved",
            "CarriedRight moved"),
        bug(
            "a received message stays",
            "MessageQueue",
            "messages.removeFirst()",
            "messages.getFirst()"),
        bug(
            "a message beyond the limit is lost",
            "MessageQueue",
            "Overtaking.insert(messages, message, urgent);",
            "if (messages.isEmpty()) Overtaking.insert(messages, message, urgent);"),
        bug(
            "messages of a dead port keep their rights",
            "MessageQueue",
            "ipc.consequence(message::destroy);",
            "message.hashCode();"),
        bug(
            "a send that ended stays blocked",
            "BlockedSend",
            "message.port().queue().blocked.remove(this);",
            ""),
        bug(
            "a send-once right is given up in silence",
            "Ipc",
            "if (port.isAlive()) {\n          notify(right, NotificationKind.SEND_ONCE",
            "if (port.sendOnceRights() > 1) {\n          notify(right, NotificationKind.SEND_ONCE"),
        bug(
            "a freed name is not told",
            "Space",
            "ipc.notify(request, NotificationKind.PORT_DELETED, right.name());",
            "ipc.drop(request);"),
        bug(
            "what a task waits to send outlives it",
            "BlockedSend",
            "ipc.consequence(message::destroy);",
            "message.hashCode();"));
  }

  private static Arguments bug(String name, String type, String check, String instead) {
    return Arguments.of(name, "object/" + type + ".java", check, instead);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void everySeededBugIsFound(String bug, String source, String check, String instead)
      throws Exception {
    assertThat(reported("report", source, check, instead)).as(bug).startsWith("FAILED");
  }

  private String reported(String method, String source, String check, String instead)
      throws Exception {
    SeededBuild build = SeededBuild.of(folder, source, check, instead);
    try (URLClassLoader loader = build.loader()) {
      Class<?> states = loader.loadClass(SmallStates.class.getName());
      assertThat(states).as("a class of the changed kernel").isNotSameAs(SmallStates.class);
      Method report = states.getDeclaredMethod(method, int.class);
      report.setAccessible(true);
      return (String) report.invoke(null, DEPTH_OF_BUGS);
    }
  }
}
