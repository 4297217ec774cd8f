// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.conformance.mach.MachSuite.row;
import static org.portunus.conformance.mach.Task.bits;
import static org.portunus.conformance.mach.Task.result;
import static org.portunus.conformance.suite.Row.same;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.conformance.suite.Row;
import org.portunus.system.port.PortName;

/** Rows 1 to 26: names, rights, death, notifications. */
final class NameRows {
  private NameRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(1, "allocate a receive right", NameRows::allocateReceive),
            row(2, "allocate other kinds", NameRows::allocateOthers),
            row(4, "insert a send right at the receive right's name", NameRows::insertSend),
            row(5, "insert at bad names", NameRows::insertAtBadNames),
            row(6, "insert a port set as a right", NameRows::insertSet),
            row(8, "two send-once rights have two names", NameRows::sendOnceNames),
            row(9, "mod_refs of kinds not held", NameRows::modRefsNotHeld),
            row(10, "mod_refs by impossible differences", NameRows::modRefsImpossible),
            row(12, "user references underflow and peg", NameRows::references),
            row(13, "deallocate each kind", NameRows::deallocate),
            row(14, "an unused send-once right tells its receiver once", NameRows::unusedSendOnce),
            row(15, "get_refs of kinds not held", NameRows::getRefs),
            row(16, "freed names rest", NameRows::freedNames),
            row(17, "the name table has a hard limit", NameRows::tableLimit),
            row(18, "destroying a receive right leaves dead names", NameRows::deadNames),
            row(19, "dead-name notification adds a reference", NameRows::deadNameNotification),
            row(20, "dead-name request on a dead name", NameRows::requestOnDeadName),
            row(21, "a freed name tells port-deleted", NameRows::portDeleted),
            row(22, "a request replaces the one before", NameRows::requestReplaces),
            row(23, "port-destroyed brings the receive right back", NameRows::portDestroyed),
            row(24, "no-senders at once and later", NameRows::noSenders),
            row(26, "notification requests that are refused", NameRows::badRequests))
        .flatMap(rows -> rows);
  }

  private static void allocateReceive(Task t) {
    PortName n = t.port();
    same("type", bits(RightKind.RECEIVE), t.bits(n));
    TaskSocket.Status expected = new TaskSocket.Status(0, 0, 5, 0, 0, false, false, false);
    same("status", expected, t.kernel().status(n));
  }

  private static void allocateOthers(Task t) {
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    same("set", bits(RightKind.PORT_SET), t.bits(set));
    same("empty set", KernReturn.RCV_TIMED_OUT, t.poll(set));
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    same("dead name", 1, t.kernel().getRefs(dead, RightKind.DEAD_NAME));
    for (RightKind kind : List.of(RightKind.SEND, RightKind.SEND_ONCE)) {
      same("" + kind, KernReturn.INVALID_VALUE, result(() -> t.kernel().allocate(kind)));
    }
  }

  private static void insertSend(Task t) {
    PortName n = t.sendable();
    same("type", bits(RightKind.SEND, RightKind.RECEIVE), t.bits(n));
    same("references", 1, t.kernel().getRefs(n, RightKind.SEND));
    same("make-send count", 1, t.kernel().status(n).makeSendCount());
  }

  private static void insertAtBadNames(Task t) {
    PortName n = t.port();
    PortName second = t.port();
    same("bad index", KernReturn.FAILURE, t.insert(0x03, n, MAKE_SEND));
    same("generation", KernReturn.FAILURE, t.insert(second.number() ^ 0x40, n, MAKE_SEND));
    same("malformed", KernReturn.INVALID_VALUE, t.insert(n.number() & ~3, n, MAKE_SEND));
    same("other right", KernReturn.RIGHT_EXISTS, t.insert(second.number(), n, MAKE_SEND));
    same("used name", KernReturn.NAME_EXISTS, t.insert(second.number(), n, MAKE_SEND_ONCE));
  }

  private static void insertSet(Task t) {
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    same("make", KernReturn.INVALID_RIGHT, t.insert(0x5003, set, MAKE_SEND));
    same("copy", KernReturn.INVALID_RIGHT, t.insert(0x5003, set, COPY_SEND));
  }

  private static void sendOnceNames(Task t) {
    PortName n = t.port();
    same("first", KernReturn.SUCCESS, t.insert(0x5003, n, MAKE_SEND_ONCE));
    same("second", KernReturn.SUCCESS, t.insert(0x5103, n, MAKE_SEND_ONCE));
    same("rights", 2, t.kernel().status(n).sendOnceRights());
    same("references", 1, t.kernel().getRefs(new PortName(0x5103), RightKind.SEND_ONCE));
  }

  private static void modRefsNotHeld(Task t) {
    PortName n = t.port();
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    for (RightKind kind : RightKind.values()) {
      if (kind != RightKind.RECEIVE) {
        same(
            kind + " of a port",
            KernReturn.INVALID_RIGHT,
            result(() -> t.kernel().modRefs(n, kind, -1)));
      }
      if (kind != RightKind.PORT_SET) {
        same(
            kind + " of a set",
            KernReturn.INVALID_RIGHT,
            result(() -> t.kernel().modRefs(set, kind, -1)));
      }
    }
  }

  private static void modRefsImpossible(Task t) {
    PortName n = t.port();
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    for (int delta : new int[] {1, 2, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      same(
          "port by " + delta,
          KernReturn.INVALID_VALUE,
          result(() -> t.kernel().modRefs(n, RightKind.RECEIVE, delta)));
      same(
          "set by " + delta,
          KernReturn.INVALID_VALUE,
          result(() -> t.kernel().modRefs(set, RightKind.PORT_SET, delta)));
    }
  }

  private static void references(Task t) {
    PortName n = t.sendable();
    same(
        "underflow",
        KernReturn.INVALID_VALUE,
        result(() -> t.kernel().modRefs(n, RightKind.SEND, -2)));
    t.kernel().modRefs(n, RightKind.SEND, 65535);
    same("pegged", MachLimits.UREFS_MAX, t.kernel().getRefs(n, RightKind.SEND));
    t.kernel().deallocate(n);
    same("stays pegged", MachLimits.UREFS_MAX, t.kernel().getRefs(n, RightKind.SEND));
  }

  private static void deallocate(Task t) {
    PortName n = t.sendable();
    t.kernel().deallocate(n);
    same("receive only", KernReturn.INVALID_RIGHT, result(() -> t.kernel().deallocate(n)));
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    t.insert(0x5003, n, MAKE_SEND_ONCE);
    for (PortName name : List.of(dead, set, new PortName(0x5003), PortName.NULL, PortName.DEAD)) {
      same("" + name, KernReturn.SUCCESS, result(() -> t.kernel().deallocate(name)));
    }
    same("unknown", KernReturn.INVALID_NAME, result(() -> t.kernel().deallocate(dead)));
  }

  private static void unusedSendOnce(Task t) {
    PortName n = t.port();
    t.insert(0x5003, n, MAKE_SEND_ONCE);
    t.kernel().deallocate(new PortName(0x5003));
    t.notified(n, NotificationKind.SEND_ONCE);
    same("once only", KernReturn.RCV_TIMED_OUT, t.poll(n));
  }

  private static void getRefs(Task t) {
    PortName n = t.port();
    for (RightKind kind : RightKind.values()) {
      same("" + kind, kind == RightKind.RECEIVE ? 1 : 0, t.kernel().getRefs(n, kind));
    }
    t.kernel().destroy(n);
    same("unknown", KernReturn.INVALID_NAME, result(() -> t.kernel().getRefs(n, RightKind.SEND)));
  }

  private static void freedNames(Task t) {
    Set<PortName> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      PortName n = t.port();
      same("new name", true, seen.add(n));
      t.kernel().destroy(n);
      same("freed", KernReturn.INVALID_NAME, result(() -> t.kernel().type(n)));
    }
  }

  private static void tableLimit(Task t) {
    KernReturn end = KernReturn.SUCCESS;
    int names = 0;
    while (end == KernReturn.SUCCESS && names < 100_000) {
      end = result(() -> t.kernel().allocate(RightKind.DEAD_NAME));
      names++;
    }
    same("end", KernReturn.NO_SPACE, end);
    same("some room before", true, names > 64);
  }

  private static void deadNames(Task t) {
    PortName n = t.sendable();
    PortName inside = t.sendable();
    t.insert(0x5003, n, MAKE_SEND_ONCE);
    t.send(n.as(COPY_SEND), 1, inside.as(Disposition.MOVE_RECEIVE));
    t.kernel().modRefs(n, RightKind.RECEIVE, -1);
    same("send", bits(RightKind.DEAD_NAME), t.bits(n));
    same("send-once", bits(RightKind.DEAD_NAME), t.bits(new PortName(0x5003)));
    same("right in its queue", bits(RightKind.DEAD_NAME), t.bits(inside));
  }

  private static void deadNameNotification(Task t) {
    PortName n = t.sendable();
    PortName at = t.port();
    same("request", KernReturn.SUCCESS, t.request(n, NotificationKind.DEAD_NAME, 0, at));
    t.kernel().modRefs(n, RightKind.RECEIVE, -1);
    IncomingMessage told = t.notified(at, NotificationKind.DEAD_NAME);
    same("name", n.number(), Task.number(told));
    same("references", 2, t.kernel().getRefs(n, RightKind.DEAD_NAME));
  }

  private static void requestOnDeadName(Task t) {
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    PortName at = t.port();
    same("sync 0", KernReturn.INVALID_ARGUMENT, t.request(dead, NotificationKind.DEAD_NAME, 0, at));
    same("sync 1", KernReturn.SUCCESS, t.request(dead, NotificationKind.DEAD_NAME, 1, at));
    t.notified(at, NotificationKind.DEAD_NAME);
  }

  private static void portDeleted(Task t) {
    PortName n = t.port();
    PortName at = t.port();
    t.insert(0x5003, n, MAKE_SEND_ONCE);
    PortName once = new PortName(0x5003);
    t.request(once, NotificationKind.DEAD_NAME, 0, at);
    t.kernel().deallocate(once);
    same("name", 0x5003, Task.number(t.notified(at, NotificationKind.PORT_DELETED)));
    same("nothing more", KernReturn.RCV_TIMED_OUT, t.poll(at));
  }

  private static void requestReplaces(Task t) {
    PortName n = t.sendable();
    PortName first = t.port();
    PortName second = t.port();
    t.request(n, NotificationKind.DEAD_NAME, 0, first);
    Optional<PortName> previous =
        t.kernel()
            .requestNotification(
                n, NotificationKind.DEAD_NAME, 0, Optional.of(second.as(MAKE_SEND_ONCE)));
    same("previous is a right", true, previous.isPresent());
    same("its kind", bits(RightKind.SEND_ONCE), t.bits(previous.orElseThrow()));
    Optional<PortName> cancelled =
        t.kernel().requestNotification(n, NotificationKind.DEAD_NAME, 0, Optional.empty());
    same("cancelled is a right", true, cancelled.isPresent());
    t.kernel().modRefs(n, RightKind.RECEIVE, -1);
    same("no notification", KernReturn.RCV_TIMED_OUT, t.poll(second));
  }

  private static void portDestroyed(Task t) {
    PortName n = t.sendable();
    PortName at = t.port();
    same("sync", KernReturn.INVALID_VALUE, t.request(n, NotificationKind.PORT_DESTROYED, 1, at));
    same("request", KernReturn.SUCCESS, t.request(n, NotificationKind.PORT_DESTROYED, 0, at));
    same("second", KernReturn.FAILURE, t.request(n, NotificationKind.PORT_DESTROYED, 0, at));
    t.send(n.as(COPY_SEND), 9);
    t.kernel().modRefs(n, RightKind.RECEIVE, -1);
    IncomingMessage back = t.notified(at, NotificationKind.PORT_DESTROYED);
    same("rights", 1, back.ports().size());
    same("name", n.number(), back.ports().getFirst().name());
    same("its queue", 9, t.receive(n).id());
  }

  private static void noSenders(Task t) {
    PortName n = t.port();
    PortName at = t.port();
    same("request", KernReturn.SUCCESS, t.request(n, NotificationKind.NO_SENDERS, 0, at));
    same("at once", 0, Task.number(t.notified(at, NotificationKind.NO_SENDERS)));
    t.kernel().insertRight(n, n, MAKE_SEND);
    t.request(n, NotificationKind.NO_SENDERS, 0, at);
    same("while there is one", KernReturn.RCV_TIMED_OUT, t.poll(at));
    t.kernel().deallocate(n);
    same("later", 1, Task.number(t.notified(at, NotificationKind.NO_SENDERS)));
    same("once", KernReturn.RCV_TIMED_OUT, t.poll(at));
  }

  private static void badRequests(Task t) {
    PortName n = t.sendable();
    PortName at = t.port();
    same("kind", KernReturn.INVALID_VALUE, t.request(n, NotificationKind.SEND_ONCE, 0, at));
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    same(
        "dead notify port",
        KernReturn.INVALID_CAPABILITY,
        result(() -> {
          Optional<PortName> unused =
              t.kernel()
                  .requestNotification(
                      n,
                      NotificationKind.DEAD_NAME,
                      0,
                      Optional.of(dead.as(Disposition.MOVE_SEND_ONCE)));
          same("previous", Optional.empty(), unused);
        }));
  }
}
