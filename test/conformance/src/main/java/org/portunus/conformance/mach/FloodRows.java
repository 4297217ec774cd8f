// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;

/** Tasks that flood: what they fill is theirs, and others go on. */
final class FloodRows {
  private static final int THREADS = 16;
  private static final int ROUNDS = 100;
  private static final int MOST_PORTS = 16;

  /** Beyond those of the kernel. */
  private static final int FIRST_ID = 10_000;

  private FloodRows() {}

  static Stream<Row> rows() {
    Stream<Row> calls =
        row(153, "who floods calls keeps nobody from theirs", FloodRows::calls)
            .filter(row -> row.setting() == Setting.PROCESSES);
    return Stream.concat(
        calls, row(154, "who floods messages fills its own limits", FloodRows::messages));
  }

  private static void calls(Parties parties) throws Exception {
    Party flooder = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    String door = ProbeJobs.door(ProbeJobs.LABELS.get(1));
    flooder.task().startCalls(door, THREADS);
    long made;
    try {
      for (int i = 0; i < ROUNDS; i++) {
        progress(b, c, i);
        int found = c.task().lookUp(door);
        c.task().deallocate(found);
      }
    } finally {
      made = flooder.task().stopCalls();
    }
    same("its own calls went on", true, made >= 4 * THREADS);
    progress(flooder, b, 1);
    parties.measured("%d calls of the flood beside %d rounds".formatted(made, ROUNDS));
  }

  /** Both send, receive and make names, and nothing is refused. */
  private static void progress(Party b, Party c, int round) throws Exception {
    int id = FIRST_ID + round;
    same("to c", KernReturn.SUCCESS, b.send(as(b.to(c), COPY_SEND), id));
    same("came", id, c.receive(c.door()).id());
    same("to b", KernReturn.SUCCESS, c.send(as(c.to(b), COPY_SEND), id));
    same("came back", id, b.receive(b.door()).id());
    int name = b.task().allocate(RightKind.RECEIVE);
    b.task().destroy(name);
  }

  private static void messages(Parties parties) throws Exception {
    Party flooder = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int last = 0;
    List<String> refused = List.of(KernReturn.SEND_TIMED_OUT.name());
    for (int i = 0; i < MOST_PORTS && isFullPort(refused); i++) {
      last = flooder.sendable();
      flooder.task().setQueueLimit(last, MachLimits.QUEUE_MAX);
      refused = flooder.task().sendUntilRefused(last);
    }
    same("refused", KernReturn.RESOURCE_SHORTAGE.name(), refused.getFirst());
    String told = refused.getLast();
    String own = "-%d holds ".formatted(flooder.task().task());
    same("names the task: " + told, true, told.contains(own));
    same("names the limit: " + told, true, told.contains("4096 of 4096 messages"));
    for (int i = 0; i < ROUNDS; i++) {
      progress(b, c, i);
    }
    KernReturn sent = flooder.send(as(flooder.to(b), COPY_SEND), 1);
    same("still full", KernReturn.RESOURCE_SHORTAGE, sent);
    same("others reach it", KernReturn.SUCCESS, b.send(as(b.to(flooder), COPY_SEND), 2));
    same("and it receives", 2, flooder.receive(flooder.door()).id());
    same("from its own", 1, flooder.receive(last).id());
    progress(flooder, b, 3);
  }

  private static boolean isFullPort(List<String> refused) {
    return refused.getFirst().equals(KernReturn.SEND_TIMED_OUT.name());
  }
}
