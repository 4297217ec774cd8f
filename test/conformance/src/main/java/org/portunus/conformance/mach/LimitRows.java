// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.ResourceKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.ResourceMessage;
import org.portunus.abi.wire.TaskLimits;
import org.portunus.abi.wire.TaskMessage;
import org.portunus.conformance.suite.Row;

/** What a task holds at most, and who hears of it: mach/resource_notify.defs. */
final class LimitRows {
  private static final int NAMES = 4096;
  private static final int MESSAGES = 4096;
  private static final long BYTES = 16L << 20;
  private static final int SEND_ONCE = 8192;
  private static final int FEW = 24;

  private LimitRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(117, "limits get lower, by control alone", LimitRows::lower),
            row(118, "a full name table is told once", LimitRows::fullTable))
        .flatMap(rows -> rows);
  }

  private static KernReturn limit(Party party, int port, TaskLimits limits) throws Exception {
    byte[] answer = party.task().askTask(port, TaskMessage.LOWER_LIMITS, limits.toBytes(), 0);
    return TaskPortRows.result(IncomingMessage.read(answer));
  }

  private static void lower(Parties parties) throws Exception {
    Party a = parties.join();
    int control = a.task().taskSelf(TaskFlavor.CONTROL);
    int read = a.task().taskSelf(TaskFlavor.READ);
    TaskLimits as = new TaskLimits(NAMES, MESSAGES, BYTES, SEND_ONCE);
    same("as they are", KernReturn.SUCCESS, limit(a, control, as));
    same("by read", KernReturn.INVALID_ARGUMENT, limit(a, read, as));
    List<TaskLimits> more =
        List.of(
            new TaskLimits(NAMES + 1, MESSAGES, BYTES, SEND_ONCE),
            new TaskLimits(NAMES, MESSAGES + 1, BYTES, SEND_ONCE),
            new TaskLimits(NAMES, MESSAGES, BYTES + 1, SEND_ONCE),
            new TaskLimits(NAMES, MESSAGES, BYTES, SEND_ONCE + 1));
    for (TaskLimits limits : more) {
      same("more " + limits, KernReturn.INVALID_VALUE, limit(a, control, limits));
    }
    a.task().destroy(control);
    a.task().destroy(read);
  }

  /** Its resource port is its own; what it holds when this returns is the first number. */
  private static int listen(Party party, int port, int control) throws Exception {
    int number = SpecialPort.RESOURCE_NOTIFY.number();
    IncomingMessage set =
        TaskPortRows.askWith(party, port, control, TaskMessage.SET_SPECIAL_PORT, number);
    same("set", KernReturn.SUCCESS, TaskPortRows.result(set));
    return party.task().names().size();
  }

  private static void fullTable(Parties parties) throws Exception {
    Party a = parties.join();
    int control = a.task().taskSelf(TaskFlavor.CONTROL);
    int at = a.sendable();
    int names = listen(a, at, control) + FEW;
    TaskLimits limits = new TaskLimits(names, MESSAGES, BYTES, SEND_ONCE);
    same("lowered", KernReturn.SUCCESS, limit(a, control, limits));
    List<Integer> made = new ArrayList<>();
    KernReturn last = allocate(a, made);
    same("full", KernReturn.NO_SPACE, last);
    same("the limit", true, made.size() <= FEW && made.size() > FEW / 2);
    same("still full", KernReturn.NO_SPACE, allocate(a, made));
    told(a, at, names);
    same("once", KernReturn.RCV_TIMED_OUT, a.poll(at));
    a.task().destroy(made.removeLast());
    same("one again, then full", KernReturn.NO_SPACE, allocate(a, made));
    told(a, at, names);
    same("once more", KernReturn.RCV_TIMED_OUT, a.poll(at));
    a.die();
  }

  private static KernReturn allocate(Party party, List<Integer> made) {
    KernReturn last = KernReturn.SUCCESS;
    while (last == KernReturn.SUCCESS && made.size() <= NAMES) {
      last = Party.result(() -> made.add(party.task().allocate(RightKind.DEAD_NAME)));
    }
    return last;
  }

  private static void told(Party party, int at, int limit) throws Exception {
    IncomingMessage message = party.receive(at);
    same("told", ResourceKind.NAMES.number(), message.id());
    same("by the kernel", 0L, message.sender().task());
    ResourceMessage told = ResourceMessage.read(message.data());
    same("task", party.task().task(), told.task());
    same("held", (long) limit, told.held());
    same("limit", (long) limit, told.limit());
  }
}
