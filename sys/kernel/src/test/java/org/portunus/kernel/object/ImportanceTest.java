// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Qos.BACKGROUND;
import static org.portunus.abi.mach.Qos.DEFAULT;
import static org.portunus.abi.mach.Qos.UNSPECIFIED;
import static org.portunus.abi.mach.Qos.USER_INITIATED;
import static org.portunus.abi.mach.Qos.USER_INTERACTIVE;
import static org.portunus.abi.mach.Qos.UTILITY;

import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.QosGrant;
import org.portunus.kernel.SeededBuild;

/** What messages do to how urgently their receivers work, by cases and at random. */
@Timeout(120)
class ImportanceTest {
  private static final int SEEDS = 30;
  private static final int STEPS = 600;

  @TempDir Path folder;

  private final World world = new World();
  private final List<String> heard = new ArrayList<>();
  private final int port = World.port(world.s);
  private final int toServer = world.sendRight(world.s, port, world.c);
  private final int otherPort = World.port(world.o);
  private final int toOther = world.sendRight(world.o, otherPort, world.s);

  @BeforeEach
  void grant() {
    world.server.grantQos(new QosGrant(BACKGROUND, DEFAULT));
    world.client.grantQos(new QosGrant(DEFAULT, USER_INITIATED));
    world.other.grantQos(new QosGrant(BACKGROUND, BACKGROUND));
    world.ipc.listenToImportance((task, effective, by) ->
        heard.add(
            task.id().counter()
                + effective.word()
                + by.map(each -> " by " + each.id().counter()).orElse("")));
  }

  private void ask(Space from, int to, Qos qos, boolean propagates) {
    PortDescriptor reply = World.makeOnce(World.port(from));
    World.Sent sent = new World.Sent();
    from.task()
        .send(
            new OutgoingMessage(
                0,
                World.right(to, Disposition.COPY_SEND),
                Optional.of(reply),
                1,
                List.of(),
                new byte[0]),
            MessageBody.PLAIN,
            List.of(),
            sent,
            SendOption.NONE,
            new Urgency(qos, propagates));
    assertThat(sent.only()).isEqualTo(KernReturn.SUCCESS);
  }

  private static Received take(Space space, int name) {
    return space.poll(name).orElseThrow();
  }

  private static void answer(Space space, Received request) {
    int name = request.message().reply().orElseThrow().name();
    World.sendOk(space, World.message(World.right(name, Disposition.MOVE_SEND_ONCE)));
  }

  @Test
  void itWorksAtTheSendersClassUntilItReplies() {
    ask(world.c, toServer, USER_INITIATED, false);
    assertThat(world.server.effectiveQos()).isEqualTo(USER_INITIATED);
    Received request = take(world.s, port);
    assertThat(request.qos()).isEqualTo(USER_INITIATED);
    assertThat(world.server.effectiveQos()).isEqualTo(USER_INITIATED);
    answer(world.s, request);
    assertThat(world.server.effectiveQos()).isEqualTo(BACKGROUND);
    assertThat(heard).containsExactly("1user-initiated by 2", "1background");
  }

  @Test
  void nobodyAsksForMoreThanItsCeiling() {
    ask(world.c, toServer, USER_INTERACTIVE, false);
    assertThat(world.server.effectiveQos()).isEqualTo(USER_INITIATED);
    assertThat(take(world.s, port).qos()).isEqualTo(USER_INITIATED);
  }

  @Test
  void aMessageWithoutAClassChangesNothing() {
    ask(world.c, toServer, UNSPECIFIED, false);
    assertThat(take(world.s, port).qos()).isEqualTo(UNSPECIFIED);
    assertThat(heard).isEmpty();
  }

  @Test
  void whatATaskIsGrantedIsNobodysMessage() {
    ask(world.s, toOther, UNSPECIFIED, true);
    world.server.grantQos(new QosGrant(DEFAULT, DEFAULT));
    assertThat(world.other.effectiveQos()).isEqualTo(DEFAULT);
    assertThat(heard).containsExactly("1default", "3default by 1");
  }

  @Test
  void severalHopsWorkAtTheFirstSendersClass() {
    ask(world.s, toOther, UNSPECIFIED, true);
    assertThat(world.other.effectiveQos()).isEqualTo(BACKGROUND);
    ask(world.c, toServer, USER_INITIATED, false);
    assertThat(world.other.effectiveQos())
        .as("pushed while it is waited for")
        .isEqualTo(USER_INITIATED);
    assertThat(heard).containsExactly("1user-initiated by 2", "3user-initiated by 1");
    answer(world.s, take(world.s, port));
    assertThat(world.other.effectiveQos()).isEqualTo(BACKGROUND);
    ask(world.c, toServer, USER_INITIATED, false);
    answer(world.o, take(world.o, otherPort));
    assertThat(world.other.effectiveQos()).isEqualTo(BACKGROUND);
    assertThat(world.server.effectiveQos()).isEqualTo(USER_INITIATED);
  }

  @Test
  void aBoostThatWasPassedOnByNumberIsStillUnderTheCeiling() {
    ask(world.c, toServer, USER_INITIATED, false);
    ask(world.s, toOther, USER_INITIATED, false);
    assertThat(world.other.effectiveQos()).isEqualTo(DEFAULT);
  }

  @Test
  void aCircleHoldsNothingUp() {
    int back = world.sendRight(world.s, port, world.o);
    ask(world.s, toOther, UNSPECIFIED, true);
    ask(world.o, back, UNSPECIFIED, true);
    ask(world.c, toServer, USER_INITIATED, false);
    assertThat(world.other.effectiveQos()).isEqualTo(USER_INITIATED);
    world.client.terminate();
    assertThat(world.server.effectiveQos()).isEqualTo(BACKGROUND);
    assertThat(world.other.effectiveQos()).isEqualTo(BACKGROUND);
  }

  @Test
  void aTaskPushesSoManyOthersAndNoMore() {
    List<Task> pushed = new ArrayList<>();
    for (int i = 0; i <= Importance.MOST_PUSHED; i++) {
      Task next = world.task(Quota.STANDARD);
      next.grantQos(new QosGrant(BACKGROUND, BACKGROUND));
      int at = World.port(next.space());
      ask(world.s, world.sendRight(next.space(), at, world.s), UNSPECIFIED, true);
      pushed.add(next);
    }
    ask(world.c, toServer, USER_INITIATED, false);
    assertThat(pushed.removeLast().effectiveQos()).isEqualTo(BACKGROUND);
    assertThat(pushed).extracting(Task::effectiveQos).containsOnly(USER_INITIATED);
    answer(world.s, take(world.s, port));
    assertThat(pushed).extracting(Task::effectiveQos).containsOnly(BACKGROUND);
  }

  @Test
  void aSendersDeathEndsWhatItAskedFor() {
    ask(world.c, toServer, USER_INITIATED, false);
    ask(world.c, toServer, UTILITY, false);
    Received unused = take(world.s, port);
    world.client.terminate();
    assertThat(unused.qos()).isEqualTo(USER_INITIATED);
    assertThat(world.server.effectiveQos()).isEqualTo(BACKGROUND);
  }

  @Test
  void aMessageWithoutAReplyRightBoostsUntilItIsReceived() {
    World.Sent sent = new World.Sent();
    world.client.send(
        World.message(World.right(toServer, Disposition.COPY_SEND)),
        MessageBody.PLAIN,
        List.of(),
        sent,
        SendOption.NONE,
        new Urgency(USER_INITIATED, false));
    assertThat(world.server.effectiveQos()).isEqualTo(USER_INITIATED);
    assertThat(take(world.s, port).qos()).isEqualTo(USER_INITIATED);
    assertThat(world.server.effectiveQos()).isEqualTo(BACKGROUND);
  }

  @Test
  void theReceiverOfAMovedRightIsBoostedInstead() {
    ask(world.c, toServer, USER_INITIATED, false);
    World.sendOk(
        world.s,
        World.message(
            World.right(toOther, Disposition.COPY_SEND),
            World.right(port, Disposition.MOVE_RECEIVE)));
    assertThat(world.server.effectiveQos()).isEqualTo(BACKGROUND);
    PortDescriptor moved = take(world.o, otherPort).message().ports().getFirst();
    assertThat(world.other.effectiveQos()).isEqualTo(USER_INITIATED);
    answer(world.o, take(world.o, moved.name()));
    assertThat(world.other.effectiveQos()).isEqualTo(BACKGROUND);
  }

  @Test
  void anUrgentMessageOvertakesAndNobodyStarves() {
    world.s.setQueueLimit(port, 64);
    Space slow = world.task(Quota.STANDARD).space();
    int fromSlow = world.sendRight(world.s, port, slow);
    for (int i = 0; i < 3; i++) {
      ask(slow, fromSlow, BACKGROUND, false);
    }
    for (int i = 0; i < 2 * Overtaking.MOST; i++) {
      ask(world.c, toServer, USER_INITIATED, false);
    }
    for (int turn = 0; turn < 2; turn++) {
      for (int i = 0; i < Overtaking.MOST; i++) {
        assertThat(take(world.s, port).qos()).isEqualTo(USER_INITIATED);
      }
      assertThat(take(world.s, port).qos()).isEqualTo(BACKGROUND);
    }
    assertThat(take(world.s, port).qos()).isEqualTo(BACKGROUND);
  }

  @Test
  void theMessagesOfOneSenderStayInOrder() {
    ask(world.c, toServer, BACKGROUND, false);
    ask(world.c, toServer, USER_INITIATED, false);
    assertThat(take(world.s, port).qos()).isEqualTo(BACKGROUND);
    assertThat(take(world.s, port).qos()).isEqualTo(USER_INITIATED);
  }

  @Test
  void atRandomNothingIsLostAndNothingStays() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertThat(ImportanceWalk.report(seed, STEPS)).startsWith("PASSED");
    }
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(
            "a circle holds itself up",
            "Importance",
            "each.wanted(reached);",
            "each.wanted(Set.of());"),
        bug("the ceiling is not looked at", "Importance", "fixed.atMost(grant.ceiling())", "fixed"),
        bug(
            "the dead go on boosting",
            "Importance",
            "List.copyOf(given).forEach(Boost::end);",
            "given.size();"),
        bug(
            "an answer ends nothing",
            "CarriedRight",
            "spent = true;\n    endBoost();",
            "spent = true;"),
        bug(
            "what is forwarded is forgotten",
            "CopyIn",
            "moved.boost(boost);",
            "moved.boost(null);"),
        bug(
            "what waits does not boost",
            "MessageQueue",
            "message.boosts(receiver == null ? null : receiver.task());",
            ""),
        bug(
            "who waits for room does not boost",
            "BlockedSend",
            "message.boosts(message.port().receivingTask().orElse(null));",
            ""));
  }

  private static Arguments bug(String name, String type, String check, String instead) {
    return Arguments.of(name, "object/" + type + ".java", check, instead);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void everySeededBugIsFound(String bug, String source, String check, String instead)
      throws Exception {
    SeededBuild build = SeededBuild.of(folder, source, check, instead);
    try (URLClassLoader loader = build.loader()) {
      Method report =
          loader
              .loadClass(ImportanceWalk.class.getName())
              .getDeclaredMethod("report", long.class, int.class);
      report.setAccessible(true);
      List<String> said = new ArrayList<>();
      for (long seed = 1; seed <= SEEDS; seed++) {
        said.add((String) report.invoke(null, seed, STEPS));
      }
      assertThat(said).as(bug).anyMatch(line -> line.startsWith("FAILED"));
    }
  }
}
