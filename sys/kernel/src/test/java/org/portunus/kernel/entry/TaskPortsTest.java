// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.ExceptionBehavior;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.ResourceKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.ExceptionMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.TaskLimits;
import org.portunus.abi.wire.TaskMessage;
import org.portunus.abi.wire.TaskUsage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;

/** Ports that stand for tasks, and limits, over kernel sockets. */
class TaskPortsTest {
  private static final int FEW = 40;

  private final TestKernel kernel;
  private final Peer s;
  private final Peer c;

  TaskPortsTest() throws LinuxException {
    kernel = new TestKernel();
    s = kernel.peer();
    c = kernel.peer();
  }

  @AfterEach
  void end() {
    kernel.recount();
    assertThat(kernel.faults()).isEmpty();
    kernel.close();
    s.close();
    c.close();
  }

  private static int self(Peer task, TaskFlavor flavor) throws LinuxException {
    return task.number(KernelOperation.TASK_SELF, new WireWriter().u8(flavor.number()));
  }

  /** Gives c's right to s; its name there. */
  private int hand(int name) throws LinuxException {
    PortDescriptor right = new PortDescriptor(name, COPY_SEND);
    assertThat(c.send(0, new PortDescriptor(c.bootstrap(), COPY_SEND), 100, right))
        .isEqualTo(KernReturn.SUCCESS);
    return s.receive(s.bootstrapReceive()).ports().getFirst().name();
  }

  private static IncomingMessage ask(
      Peer task, int port, int id, byte[] data, PortDescriptor... rights) throws LinuxException {
    int reply = task.port();
    OutgoingMessage question =
        new OutgoingMessage(
            0,
            new PortDescriptor(port, COPY_SEND),
            Optional.of(new PortDescriptor(reply, MAKE_SEND_ONCE)),
            id,
            List.of(rights),
            data);
    assertThat(task.result(KernelOperation.MESSAGE_SEND, Peer.message(question)))
        .isEqualTo(KernReturn.SUCCESS);
    IncomingMessage answer = task.receive(reply);
    assertThat(task.destroy(reply)).isEqualTo(KernReturn.SUCCESS);
    return answer;
  }

  private static KernReturn asked(
      Peer task, int port, int id, byte[] data, PortDescriptor... rights) throws LinuxException {
    try {
      byte[] answer = ask(task, port, id, data, rights).data();
      return KernReturn.of(new WireReader(answer).i32("result")).orElseThrow();
    } catch (MalformedFrameException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static byte[] words(int... words) {
    WireWriter out = new WireWriter();
    Arrays.stream(words).forEach(out::i32);
    return out.toBytes();
  }

  @Test
  void aWeakFlavorDoesNoMoreThanItMay() throws LinuxException {
    int read = hand(self(c, TaskFlavor.READ));
    assertThat(asked(s, read, TaskMessage.TERMINATE, words()))
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    kernel.awaitLog("task-port.refused");
    kernel.awaitLog("result=INVALID_ARGUMENT");
    assertThat(c.type(c.bootstrap())).isEqualTo(RightKind.SEND.typeBit());
  }

  @Test
  void noStrongerPortComesFromAWeakOne() throws LinuxException {
    int read = hand(self(c, TaskFlavor.READ));
    byte[] control = words(SpecialPort.KERNEL.number());
    IncomingMessage answer = ask(s, read, TaskMessage.GET_SPECIAL_PORT, control);
    assertThat(answer.ports()).isEmpty();
    byte[] inspect = words(SpecialPort.INSPECT.number());
    assertThat(ask(s, read, TaskMessage.GET_SPECIAL_PORT, inspect).ports()).hasSize(1);
  }

  @Test
  void aTaskIsEndedByItsControlPort() throws LinuxException {
    int control = hand(self(c, TaskFlavor.CONTROL));
    assertThat(asked(s, control, TaskMessage.TERMINATE, words())).isEqualTo(KernReturn.SUCCESS);
    c.awaitEnd();
    // Its socket ends before it does.
    while (kernel.tasks() > 1) {
      Thread.onSpinWait();
    }
    assertThat(s.type(control)).isEqualTo(RightKind.DEAD_NAME.typeBit());
  }

  @Test
  void aTaskMayEndItself() throws LinuxException {
    PortDescriptor control = new PortDescriptor(self(c, TaskFlavor.CONTROL), COPY_SEND);
    assertThat(c.send(0, control, TaskMessage.TERMINATE)).isEqualTo(KernReturn.SUCCESS);
    c.awaitEnd();
  }

  @Test
  void namesOfATasksPortsDieWithIt() throws LinuxException {
    int name = hand(self(c, TaskFlavor.NAME));
    int read = hand(self(c, TaskFlavor.READ));
    c.close();
    while (kernel.tasks() > 1) {
      Thread.onSpinWait();
    }
    assertThat(s.type(name)).isEqualTo(RightKind.DEAD_NAME.typeBit());
    assertThat(s.type(read)).isEqualTo(RightKind.DEAD_NAME.typeBit());
  }

  @Test
  void anExceptionComesFromTheKernelAndNamesItsTask()
      throws LinuxException, MalformedFrameException {
    int at = s.port();
    PortDescriptor give = new PortDescriptor(at, MAKE_SEND);
    int control = hand(self(c, TaskFlavor.CONTROL));
    int behavior = ExceptionBehavior.IDENTITY_PROTECTED.number();
    byte[] set = words(ExceptionKind.GUARD.bit(), behavior, 0);
    assertThat(asked(s, control, TaskMessage.SET_EXCEPTION_PORTS, set, give))
        .isEqualTo(KernReturn.SUCCESS);
    int port = c.port();
    assertThat(c.result(KernelOperation.PORT_UNGUARD, new WireWriter().i32(port).i64(1)))
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    IncomingMessage told = s.receive(at);
    assertThat(told.id()).isEqualTo(ExceptionMessage.ID);
    assertThat(told.sender().task()).isZero();
    assertThat(ExceptionMessage.read(told.data()).task()).isEqualTo(2);
    int name = told.ports().getFirst().name();
    assertThat(asked(s, name, TaskMessage.NAMES, words(0))).isEqualTo(KernReturn.INVALID_ARGUMENT);
  }

  /** Has c hear of its own limits; the port where. */
  private int listen(TaskLimits limits) throws LinuxException {
    int at = c.port();
    int control = self(c, TaskFlavor.CONTROL);
    byte[] which = words(SpecialPort.RESOURCE_NOTIFY.number());
    PortDescriptor give = new PortDescriptor(at, MAKE_SEND);
    assertThat(asked(c, control, TaskMessage.SET_SPECIAL_PORT, which, give))
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(asked(c, control, TaskMessage.LOWER_LIMITS, limits.toBytes()))
        .isEqualTo(KernReturn.SUCCESS);
    return at;
  }

  @Test
  void aFullTableIsToldOnceUntilThereIsRoom() throws LinuxException {
    int at = listen(new TaskLimits(FEW, 100, 1 << 20, 100));
    int last = 0;
    for (int i = 0; i < 2 * FEW; i++) {
      KernelFrame reply =
          c.ask(KernelOperation.PORT_ALLOCATE, new WireWriter().u8(RightKind.DEAD_NAME.number()));
      last = reply.result();
    }
    assertThat(last).isEqualTo(KernReturn.NO_SPACE.number());
    assertThat(c.receive(at).id()).isEqualTo(ResourceKind.NAMES.number());
    assertThat(c.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    assertThat(c.deallocate(c.bootstrap())).isEqualTo(KernReturn.SUCCESS);
    assertThat(c.allocate(RightKind.DEAD_NAME)).isPositive();
    assertThat(c.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    assertThat(refusal()).contains("task-1-2 holds " + FEW + " of " + FEW + " names");
    assertThat(c.receive(at).id()).isEqualTo(ResourceKind.NAMES.number());
  }

  private String refusal() throws LinuxException {
    KernelFrame reply =
        c.ask(KernelOperation.PORT_ALLOCATE, new WireWriter().u8(RightKind.RECEIVE.number()));
    assertThat(reply.result()).isEqualTo(KernReturn.NO_SPACE.number());
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  @Test
  void limitsDoNotGrow() throws LinuxException {
    listen(new TaskLimits(FEW, 100, 1 << 20, 100));
    int control = self(c, TaskFlavor.CONTROL);
    for (TaskLimits more :
        List.of(
            new TaskLimits(FEW + 1, 100, 1 << 20, 100),
            new TaskLimits(FEW, 101, 1 << 20, 100),
            new TaskLimits(FEW, 100, (1 << 20) + 1, 100),
            new TaskLimits(FEW, 100, 1 << 20, 101))) {
      assertThat(asked(c, control, TaskMessage.LOWER_LIMITS, more.toBytes()))
          .isEqualTo(KernReturn.INVALID_VALUE);
    }
  }

  private static int descriptors(Peer task) throws LinuxException, MalformedFrameException {
    int inspect = self(task, TaskFlavor.INSPECT);
    WireReader in =
        new WireReader(ask(task, inspect, TaskMessage.INFO, words(TaskUsage.FLAVOR)).data());
    assertThat(in.i32("result")).isZero();
    int descriptors = TaskUsage.read(in).descriptors();
    in.end();
    return descriptors;
  }

  @Test
  void descriptorsInCustodyAreCountedForWhoCausesThem()
      throws LinuxException, MalformedFrameException {
    KernelFrame reply = c.ask(KernelOperation.CONNECT, new WireWriter().i32(c.bootstrap()));
    assertThat(reply.result()).isZero();
    assertThat(descriptors(c)).isEqualTo(1);
    assertThat(descriptors(s)).isZero();
    assertThat(s.receive(s.bootstrapReceive()).sender().task()).isEqualTo(2);
    assertThat(descriptors(c)).isZero();
    assertThat(kernel.waitingDescriptors()).isZero();
  }

  @Test
  void whoConnectsToAFullPortIsToldWhoseMessagesFillIt() throws LinuxException {
    int full = MachLimits.QUEUE_DEFAULT;
    for (int i = 0; i < full; i++) {
      assertThat(c.send(0, new PortDescriptor(c.bootstrap(), COPY_SEND), 100))
          .isEqualTo(KernReturn.SUCCESS);
    }
    KernelFrame reply = s.ask(KernelOperation.CONNECT, new WireWriter().i32(s.bootstrap()));
    assertThat(new String(reply.body(), StandardCharsets.UTF_8))
        .contains("5 of 5 messages wait, 5 of them from task 2");
  }
}
