// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.task.KernelLog;
import org.portunus.linux.call.LinuxException;

/** What the log has of guards, limits and boosts, and what the tasks are told. */
class ObjectEventsTest {
  private static final String EVENT = "(event-[0-9]+-[0-9]+)";
  private static final int MOST_SETS = 32;

  private final TestKernel kernel = new TestKernel(new Pool(200, 1 << 20));
  private final Peer receiver = kernel.peer();
  private final Peer client = kernel.peer();

  ObjectEventsTest() throws LinuxException {}

  @AfterEach
  void end() {
    receiver.close();
    client.close();
    kernel.close();
    assertThat(kernel.faults()).isEmpty();
  }

  private static Optional<String> eventIn(KernelFrame reply) {
    Matcher matcher =
        Pattern.compile("\\(" + EVENT + "\\)$")
            .matcher(new String(reply.body(), StandardCharsets.UTF_8));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The id of the event of this name, whose line goes on with this text later. */
  private String logged(String name, String later) throws LinuxException {
    Matcher matcher =
        Pattern.compile(name + " id=" + EVENT + "[^\\n]*" + Pattern.quote(later))
            .matcher(kernel.logUntil(later));
    assertThat(matcher.find()).as(name).isTrue();
    return matcher.group(1);
  }

  private KernelFrame allocate() throws LinuxException {
    return client.ask(
        KernelOperation.PORT_ALLOCATE, new WireWriter().u8(RightKind.RECEIVE.number()));
  }

  private KernelFrame fillNames() throws LinuxException {
    KernelFrame reply = allocate();
    while (reply.result() == 0) {
      reply = allocate();
    }
    assertThat(reply.result()).isEqualTo(KernReturn.NO_SPACE.number());
    return reply;
  }

  @Test
  void aLimitIsToldWithTheIdThatTheTaskGets() throws LinuxException {
    String id = eventIn(fillNames()).orElseThrow();
    assertThat(kernel.logUntil("limit.met id=" + id + " kind=NAMES")).contains(id);
    kernel.awaitLog("why=\"limit.ports: holds ");
  }

  @Test
  void whoFloodsALimitFillsNoLog() throws LinuxException {
    assertThat(eventIn(fillNames())).isPresent();
    int untold = 0;
    for (int i = 1; i < 3 * KernelLog.MOST; i++) {
      untold += eventIn(allocate()).isPresent() ? 0 : 1;
    }
    assertThat(untold).isEqualTo(2 * KernelLog.MOST);
    kernel.passLogTime(ObjectEvents.PAUSE);
    String id = eventIn(allocate()).orElseThrow();
    String all = kernel.logUntil("suppressed=" + untold);
    assertThat(all).contains(id).containsPattern(id + "[^\\n]*suppressed=");
    assertThat(all.split("limit\\.met ", -1)).hasSize(KernelLog.MOST + 2);
  }

  private KernelFrame putIntoNewSet(int port) throws LinuxException {
    int set = client.allocate(RightKind.PORT_SET);
    return client.ask(KernelOperation.PORT_INSERT_MEMBER, new WireWriter().i32(port).i32(set));
  }

  @Test
  void aRefusalForAnotherWantOfRoomHasAnEventOfItsOwn() throws LinuxException {
    int port = client.port();
    for (int i = 0; i < MOST_SETS; i++) {
      assertThat(KernReturn.of(putIntoNewSet(port).result())).contains(KernReturn.SUCCESS);
    }
    KernelFrame last = putIntoNewSet(port);
    assertThat(KernReturn.of(last.result())).contains(KernReturn.RESOURCE_SHORTAGE);
    String others = eventIn(last).orElseThrow();
    assertThat(kernel.logUntil("limit.met id=" + others + " kind=other")).contains(others);
    assertThat(eventIn(fillNames())).isPresent().get().isNotEqualTo(others);
  }

  private static KernelFrame sendOf(Peer from, PortDescriptor to, int bytes) throws LinuxException {
    return from.ask(
        KernelOperation.MESSAGE_SEND,
        Peer.message(new OutgoingMessage(0, to, Optional.empty(), 1, List.of(), new byte[bytes])));
  }

  /** Fills its own account with messages to itself. */
  private static void fillBytes(Peer task) throws LinuxException {
    PortDescriptor own = new PortDescriptor(task.port(), Disposition.MAKE_SEND);
    assertThat(task.queueLimit(own.name(), MachLimits.QUEUE_MAX)).isEqualTo(KernReturn.SUCCESS);
    for (int bytes = OutgoingMessage.MAX_DATA; bytes > 0; bytes /= 2) {
      while (sendOf(task, own, bytes).result() == 0) {
        // Until as much as this finds no room.
      }
    }
  }

  /** By a send-once right its maker pays, and is who is named. */
  @Test
  void aRefusalForWhatAnotherHoldsNamesThatOne() throws LinuxException {
    int port = client.port();
    client.send(
        0,
        new PortDescriptor(client.bootstrap(), Disposition.COPY_SEND),
        1,
        new PortDescriptor(port, Disposition.MAKE_SEND));
    int toClient = receiver.receive(receiver.bootstrapReceive()).ports().getFirst().name();
    receiver.send(
        0,
        new PortDescriptor(toClient, Disposition.MOVE_SEND),
        2,
        new PortDescriptor(receiver.port(), Disposition.MAKE_SEND_ONCE));
    int once = client.receive(port).ports().getFirst().name();
    fillBytes(receiver);

    KernelFrame reply =
        sendOf(client, new PortDescriptor(once, Disposition.MOVE_SEND_ONCE), 48 << 10);
    assertThat(KernReturn.of(reply.result())).contains(KernReturn.RESOURCE_SHORTAGE);
    assertThat(new String(reply.body(), StandardCharsets.UTF_8)).contains("task-1-1 holds");
    String id = eventIn(reply).orElseThrow();
    assertThat(kernel.logUntil("limit.met id=" + id + " ")).contains(id);
    kernel.awaitLog("kind=BYTES");
  }

  @Test
  void aGuardThatRefusesIsTold() throws LinuxException {
    int port = client.port();
    assertThat(client.result(KernelOperation.PORT_UNGUARD, new WireWriter().i32(port).i64(1)))
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    String line = "label=outside";
    assertThat(logged("port.guard", line)).isNotEmpty();
    kernel.awaitLog("name=" + Integer.toHexString(port));
  }

  private static void ask(Peer from, int to, Qos qos, int options) throws LinuxException {
    OutgoingMessage message =
        new OutgoingMessage(
            0,
            new PortDescriptor(to, Disposition.COPY_SEND),
            Optional.empty(),
            1,
            List.of(),
            new byte[0]);
    byte[] body =
        new UrgentMessage(
                qos, Optional.empty(), new ComplexMessage(options, message, MessageBody.PLAIN))
            .toBytes();
    KernelFrame reply = from.ask(KernelOperation.MESSAGE_SEND_QOS, new WireWriter().fixed(body));
    assertThat(KernReturn.of(reply.result())).contains(KernReturn.SUCCESS);
  }

  @Test
  void aBoostIsToldWithWhoseMessageItIsAndWhatBoostedThat() throws LinuxException {
    try (Peer last = kernel.peer()) {
      int at = last.port();
      last.send(
          0,
          new PortDescriptor(last.bootstrap(), Disposition.COPY_SEND),
          1,
          new PortDescriptor(at, Disposition.MAKE_SEND));
      int toLast = receiver.receive(receiver.bootstrapReceive()).ports().getFirst().name();

      ask(client, client.bootstrap(), Qos.USER_INITIATED, 0);
      String first = logged("task.boost", "by=outside[task-1-2]");
      ask(receiver, toLast, Qos.UNSPECIFIED, MessageOption.SEND_PROPAGATE_QOS.bit());
      kernel.awaitLog("cause=" + first);
      String second = logged("task.boost", "by=outside[task-1-1]");
      assertThat(second).isNotEqualTo(first);
      kernel.awaitLog("why=\"a message of outside[task-1-1]\"");
    }
  }

  @Test
  void aTasksBoostsAreToldOnceInAWhile() throws LinuxException {
    int most = 5;
    for (int i = 0; i < most; i++) {
      ask(client, client.bootstrap(), Qos.USER_INITIATED, 0);
      receiver.receive(receiver.bootstrapReceive());
    }
    kernel.passLogTime(ObjectEvents.PAUSE);
    ask(client, client.bootstrap(), Qos.USER_INITIATED, 0);
    String all = kernel.logUntil("untold=" + (most - 1));
    assertThat(all.split("task\\.boost ", -1)).hasSize(3);
  }
}
