// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.PortOptions;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.entry.PortOperations.Answer;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.object.PortStatus;
import org.portunus.kernel.object.Space;
import org.portunus.kernel.object.SpaceEntry;
import org.portunus.kernel.object.Task;

/** As {@link PortOperations}, for the attributes of receive rights, sets and exceptions. */
final class AttributeOperations {
  private AttributeOperations() {}

  /** An operation on a name and a value or two. */
  private interface OnGuard {
    KernReturn run(int name, long first, long second);
  }

  static Answer construct(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    PortOptions options = PortOptions.read(in);
    long context = in.i64("context");
    in.end();
    return Answer.ofNumber(space.receiveRights().construct(options, context));
  }

  static Answer destruct(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int difference = in.i32("difference");
    long guard = in.i64("guard");
    in.end();
    return Answer.of(space.receiveRights().destruct(name, difference, guard));
  }

  static Answer guard(Space space, KernelFrame frame) throws MalformedFrameException {
    return onGuard(frame, true, space.receiveRights()::guard);
  }

  static Answer unguard(Space space, KernelFrame frame) throws MalformedFrameException {
    return onGuard(frame, false, (name, guard, _) -> space.receiveRights().unguard(name, guard));
  }

  static Answer swapGuard(Space space, KernelFrame frame) throws MalformedFrameException {
    return onGuard(frame, true, space.receiveRights()::swapGuard);
  }

  static Answer setContext(Space space, KernelFrame frame) throws MalformedFrameException {
    return onGuard(frame, false, (name, value, _) -> space.receiveRights().setContext(name, value));
  }

  static Answer assertGuard(Space space, KernelFrame frame) throws MalformedFrameException {
    return onGuard(
        frame, false, (name, guard, _) -> space.receiveRights().assertGuard(name, guard));
  }

  private static Answer onGuard(KernelFrame frame, boolean two, OnGuard operation)
      throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    long first = in.i64("value");
    long second = two ? in.i64("second value") : 0;
    in.end();
    return Answer.of(operation.run(name, first, second));
  }

  static Answer context(Space space, KernelFrame frame) throws MalformedFrameException {
    Outcome<Long> outcome = space.receiveRights().context(PortOperations.onlyName(frame));
    return outcome
        .value()
        .map(value -> Answer.of(new WireWriter().i64(value)))
        .orElseGet(() -> Answer.of(outcome.result()));
  }

  static Answer flags(Space space, KernelFrame frame) throws MalformedFrameException {
    Outcome<PortStatus> outcome = space.status(PortOperations.onlyName(frame));
    return outcome
        .value()
        .map(status -> Answer.of(new WireWriter().i32(status.flags())))
        .orElseGet(() -> Answer.of(outcome.result()));
  }

  static Answer service(Space space, KernelFrame frame) throws MalformedFrameException {
    Outcome<String> outcome = space.receiveRights().service(PortOperations.onlyName(frame));
    return outcome
        .value()
        .map(name -> Answer.of(new WireWriter().string(name)))
        .orElseGet(() -> Answer.of(outcome.result()));
  }

  static Answer isConnectionOf(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int connection = in.i32("connection port");
    int service = in.i32("service port");
    in.end();
    Outcome<Boolean> outcome = space.receiveRights().isConnectionOf(connection, service);
    return outcome
        .value()
        .map(belongs -> Answer.of(new WireWriter().u8(belongs ? 1 : 0)))
        .orElseGet(() -> Answer.of(outcome.result()));
  }

  static Answer allocateName(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    Optional<RightKind> kind = RightKind.of(in.u8("kind"));
    int name = in.i32("name");
    in.end();
    return Answer.of(
        kind.map(known -> space.allocateName(known, name)).orElse(KernReturn.INVALID_VALUE));
  }

  /** An operation on a member and a set. */
  private interface OnMember {
    KernReturn run(int member, int set);
  }

  static Answer insertMember(Space space, KernelFrame frame) throws MalformedFrameException {
    return onMember(frame, space::insertMember);
  }

  static Answer extractMember(Space space, KernelFrame frame) throws MalformedFrameException {
    return onMember(frame, space::extractMember);
  }

  private static Answer onMember(KernelFrame frame, OnMember operation)
      throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int member = in.i32("member");
    int set = in.i32("set");
    in.end();
    return Answer.of(operation.run(member, set));
  }

  static Answer members(Space space, KernelFrame frame) throws MalformedFrameException {
    Outcome<List<Integer>> outcome = space.members(PortOperations.onlyName(frame));
    if (outcome.value().isEmpty()) {
      return Answer.of(outcome.result());
    }
    WireWriter out = new WireWriter().i32(outcome.value().get().size());
    outcome.value().get().forEach(out::i32);
    return Answer.of(out);
  }

  static Answer names(Space space, KernelFrame frame) throws MalformedFrameException {
    new WireReader(frame.body()).end();
    List<SpaceEntry> entries = space.entries();
    WireWriter out = new WireWriter().i32(entries.size());
    entries.forEach(entry -> out.i32(entry.name()).i32(entry.type()));
    return Answer.of(out);
  }

  /** TASK_SELF. */
  static Answer taskSelf(Task task, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    Optional<TaskFlavor> flavor = TaskFlavor.of(in.u8("flavor"));
    in.end();
    if (flavor.isEmpty()) {
      return Answer.of(KernReturn.INVALID_VALUE);
    }
    Outcome<Port> port = task.ports().own(flavor.get());
    return port.value()
        .map(own -> Answer.ofNumber(task.space().grantSend(own)))
        .orElseGet(() -> Answer.of(port.result()));
  }

  static Answer setMakeSendCount(Space space, KernelFrame frame) throws MalformedFrameException {
    return onMember(frame, space.receiveRights()::setMakeSendCount);
  }

  static Answer setSequence(Space space, KernelFrame frame) throws MalformedFrameException {
    return onMember(frame, space.receiveRights()::setSequence);
  }

  static Answer counts(Space space, KernelFrame frame) throws MalformedFrameException {
    var outcome = space.receiveRights().counts(PortOperations.onlyName(frame));
    return outcome
        .value()
        .map(counts ->
            Answer.of(
                new WireWriter()
                    .i32(counts.sendRights())
                    .i32(counts.names())
                    .i32(counts.requests())))
        .orElseGet(() -> Answer.of(outcome.result()));
  }

  static Answer spaceInfo(Task task, KernelFrame frame) throws MalformedFrameException {
    new WireReader(frame.body()).end();
    return Answer.of(new WireWriter().i32(task.quota().names()).i32(task.usage().names()));
  }

  static Answer setExceptionPort(Task task, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    Optional<PortDescriptor> port = Optional.empty();
    if (in.u8("present") == 1) {
      int name = in.i32("port");
      port = Optional.of(new PortDescriptor(name, PortDescriptor.disposition(in, "disposition")));
    }
    in.end();
    return Answer.of(task.setExceptionPort(port));
  }
}
