// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.conformance.mach.TaskPortRows.ask;
import static org.portunus.conformance.mach.TaskPortRows.askWith;
import static org.portunus.conformance.mach.TaskPortRows.result;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.mach.ExceptionBehavior;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.ExceptionMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.TaskMessage;
import org.portunus.abi.wire.WireReader;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;

/** Who hears of a task's exceptions: mach/exception_types.h, task_set_exception_ports. */
final class ExceptionRows {
  private static final int KILLED = 9;
  private static final int IDENTITY = ExceptionBehavior.IDENTITY_PROTECTED.number();
  private static final int DEFAULT = ExceptionBehavior.DEFAULT.number();
  private static final int SET = TaskMessage.SET_EXCEPTION_PORTS;
  private static final int GUARD = ExceptionKind.GUARD.bit();
  private static final int CRASH = ExceptionKind.CRASH.bit();

  private ExceptionRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(114, "exception ports by a right to the task", ExceptionRows::ports),
            row(115, "an exception names its task by a right", ExceptionRows::named),
            row(116, "a crash is a message to who asked for it", ExceptionRows::crash))
        .flatMap(rows -> rows);
  }

  private static void ports(Parties parties) throws Exception {
    Party a = parties.join();
    int control = a.task().taskSelf(TaskFlavor.CONTROL);
    int n = a.sendable();
    int other = a.sendable();
    same("set", KernReturn.SUCCESS, result(askWith(a, n, control, SET, GUARD, DEFAULT, 0)));
    List<List<Integer>> wrong =
        List.of(
            List.of(1 << 1, DEFAULT, 0),
            List.of(GUARD, 2 | ExceptionBehavior.CODES, 0),
            List.of(GUARD, 1, 0),
            List.of(GUARD, DEFAULT, 7));
    for (List<Integer> words : wrong) {
      same(
          "set " + words,
          KernReturn.INVALID_ARGUMENT,
          result(askWith(a, n, control, SET, words.get(0), words.get(1), words.get(2))));
    }
    got(a, control, GUARD, DEFAULT, n);
    same("set", KernReturn.SUCCESS, result(askWith(a, other, control, SET, CRASH, IDENTITY, 0)));
    IncomingMessage both = ask(a, control, TaskMessage.GET_EXCEPTION_PORTS, GUARD | CRASH);
    same("two", 2, both.ports().size());
    int all = GUARD | CRASH;
    same("all", KernReturn.SUCCESS, result(askWith(a, n, control, SET, all, IDENTITY, 0)));
    got(a, control, GUARD | CRASH, IDENTITY, n);
    same("none", KernReturn.SUCCESS, result(ask(a, control, SET, all, IDENTITY, 0)));
    IncomingMessage none = ask(a, control, TaskMessage.GET_EXCEPTION_PORTS, all);
    same("nobody", 0, none.ports().size());
    a.task().destroy(control);
  }

  /** The only handler of all kinds. */
  private static void got(Party party, int control, int mask, int behavior, int port)
      throws Exception {
    IncomingMessage answer = ask(party, control, TaskMessage.GET_EXCEPTION_PORTS, GUARD | CRASH);
    WireReader in = new WireReader(answer.data());
    same("result", KernReturn.SUCCESS.number(), in.i32("result"));
    same("handlers", 1, in.i32("count"));
    same("mask", mask, in.i32("mask"));
    same("behavior", behavior, in.i32("behavior"));
    in.end();
    same("port", port, answer.ports().getFirst().name());
  }

  private static void named(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int there = b.giveOne(a, n, MAKE_SEND);
    int control = a.task().taskSelf(TaskFlavor.CONTROL);
    for (ExceptionBehavior behavior : ExceptionBehavior.values()) {
      KernReturn set = result(askWith(a, there, control, SET, GUARD, behavior.number(), 0));
      same("set", KernReturn.SUCCESS, set);
      // Nobody has put a guard on it.
      int guarded = a.port();
      same(
          "unguard", KernReturn.INVALID_ARGUMENT, Party.result(() -> a.task().unguard(guarded, 1)));
      IncomingMessage message = b.receive(n);
      same("exception", ExceptionMessage.ID, message.id());
      same("of", a.task().task(), ExceptionMessage.read(message.data()).task());
      same("told by the kernel", 0L, message.sender().task());
      int port = message.ports().getFirst().name();
      same("named", a.task().task(), TaskPortRows.identity(b, port).task());
      KernReturn strong = result(ask(b, port, TaskMessage.GET_EXCEPTION_PORTS, GUARD));
      boolean controls = behavior.flavor() == TaskFlavor.CONTROL;
      same("control", controls ? KernReturn.SUCCESS : KernReturn.INVALID_ARGUMENT, strong);
      b.task().destroy(port);
    }
    same("none", KernReturn.SUCCESS, result(ask(a, control, SET, GUARD, IDENTITY, 0)));
    a.task().destroy(control);
    a.task().destroy(there);
  }

  private static void crash(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.sendable();
    int control = a.giveOne(b, a.task().taskSelf(TaskFlavor.CONTROL), COPY_SEND);
    same("set", KernReturn.SUCCESS, result(askWith(b, n, control, SET, CRASH, IDENTITY, 0)));
    long task = a.task().task();
    a.die();
    b.awaitDead(control);
    if (parties.setting() == Setting.THREADS) {
      same("no process of the kernel's", KernReturn.RCV_TIMED_OUT, b.poll(n));
      return;
    }
    IncomingMessage message = b.receive(n);
    same("told by the kernel", 0L, message.sender().task());
    ExceptionMessage told = ExceptionMessage.read(message.data());
    same("exception", ExceptionKind.CRASH.number(), told.exception());
    same("task", task, told.task());
    same("signal", KILLED, told.signal());
    same("once", KernReturn.RCV_TIMED_OUT, b.poll(n));
  }
}
