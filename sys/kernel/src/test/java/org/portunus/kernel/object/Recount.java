// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.SpecialPort;

/**
 * Counts everything that can be reached from tasks, the kernel's ports and the kernel's hands, and
 * compares it with what the objects say of themselves. Knows nothing of how they came about.
 */
public final class Recount {
  private final Ipc ipc;
  private final Map<Diminished, int[]> diminished = new HashMap<>();
  private final Map<Port, Found> ports = new HashMap<>();
  private final ArrayDeque<Port> unvisited = new ArrayDeque<>();
  private final Map<Account, long[]> paid = new HashMap<>();
  private final Set<BlockedSend> blocked = new LinkedHashSet<>();
  private final Set<PendingReceive> pending = new LinkedHashSet<>();
  private int names;
  private int sets;
  private int messages;
  private int custodies;
  private int carried;
  private int boosts;

  private static final class Found {
    int send;
    int once;
    int receive;
    int room;
  }

  private Recount(Ipc ipc) {
    this.ipc = ipc;
  }

  /**
   * Fails with a sentence if anything does not add up.
   *
   * @return every port that can be reached
   */
  public static Set<Port> check(
      Ipc ipc, Collection<Port> kernelPorts, Collection<CarriedRight> kernelHolds) {
    Recount count = walk(ipc, kernelPorts, kernelHolds);
    count.ports.forEach(Recount::compare);
    count.totals();
    return count.ports.keySet();
  }

  private static Recount walk(
      Ipc ipc, Collection<Port> kernelPorts, Collection<CarriedRight> kernelHolds) {
    Recount count = new Recount(ipc);
    kernelPorts.forEach(port -> count.found(port).receive++);
    for (Port voucher : ipc.vouchers.all()) {
      hold(voucher.sendRights() > 0, "a voucher that nobody names");
      count.found(voucher).receive++;
    }
    kernelHolds.forEach(right -> count.carriedRight(right, null));
    for (Task task : ipc.tasks()) {
      count.space(task.space());
      for (ExceptionKind kind : ExceptionKind.values()) {
        count.carriedRight(task.exceptions().port(kind), null);
      }
      task.ports().made().forEach(port -> count.found(port).receive++);
      for (SpecialPort which : SpecialPort.values()) {
        count.carriedRight(task.ports().kept(which), null);
      }
    }
    for (Port port = count.unvisited.poll(); port != null; port = count.unvisited.poll()) {
      count.port(port);
    }
    return count;
  }

  private static void hold(boolean condition, String sentence) {
    if (!condition) {
      throw new AssertionError(sentence);
    }
  }

  private static void same(long said, long counted, String what) {
    if (said != counted) {
      throw new AssertionError(what + ": said " + said + ", counted " + counted);
    }
  }

  private Found found(Port port) {
    Found found = ports.get(port);
    if (found == null) {
      found = new Found();
      ports.put(port, found);
      unvisited.add(port);
    }
    return found;
  }

  private void space(Space space) {
    int here = 0;
    for (Right right : space.table().all()) {
      here++;
      hold(space.find(right.name()) == right, "table gives another right for the name");
      references(right);
      if (right.is(RightKind.PORT_SET)) {
        set(space, right.set());
      } else if (!right.is(RightKind.DEAD_NAME)) {
        entry(space, right);
      } else {
        hold(right.request() == null, "dead name with a request");
      }
    }
    same(space.names(), here, "names of a space");
    names += here;
    blocked.addAll(space.blockedSends);
    pending.addAll(space.pendingReceives);
    paid.computeIfAbsent(space.task().account(), account -> new long[2]);
  }

  private static void references(Right right) {
    boolean counts = !right.is(RightKind.PORT_SET) && right.type() != RightKind.RECEIVE.typeBit();
    hold(counts == right.references() > 0, "references of an entry");
    hold(right.references() <= MachLimits.UREFS_MAX, "references beyond the limit");
  }

  private void entry(Space space, Right right) {
    Port port = right.port();
    Found found = found(port);
    hold(port.isAlive(), "an entry names a dead port");
    if (right.is(RightKind.SEND_ONCE)) {
      found.once++;
    } else {
      Diminished less = right.diminished();
      hold(
          (less == null ? port.entryIn(space) : less.entryIn(space)) == right,
          "the port knows another entry");
      hold(less == null || !right.is(RightKind.RECEIVE), "a diminished right receives");
      diminished(less, false);
    }
    found.send += right.is(RightKind.SEND) ? 1 : 0;
    if (right.is(RightKind.RECEIVE)) {
      found.receive++;
      hold(port.receiver() == space, "the port knows another receiver");
      hold(port.receiverName() == right.name(), "the port knows another name");
      hold(port.destination() == null, "a received port is on its way");
    }
    found.room += right.awaitsRoom() ? 1 : 0;
    boost(right.boost());
    carriedRight(right.request(), null);
  }

  private void diminished(@Nullable Diminished less, boolean lent) {
    if (less != null) {
      int[] found = diminished.computeIfAbsent(less, _ -> new int[2]);
      found[0]++;
      found[1] += lent ? 0 : 1;
    }
  }

  private void set(Space space, PortSet set) {
    sets++;
    for (Port member : set.members) {
      hold(member.receiver() == space, "a member of another space");
      hold(member.queue().sets.contains(set), "a member does not know its set");
      hold(
          set.ready.contains(member) != member.queue().messages.isEmpty(),
          "readiness of a member is wrong");
    }
    hold(set.members.containsAll(set.ready), "a stranger is ready");
    hold(set.receivers.isEmpty() || set.ready.isEmpty(), "waits although a member is ready");
  }

  private void port(Port port) {
    carriedRight(port.noSendersRequest(), null);
    carriedRight(port.portDestroyedRequest(), null);
    MessageQueue queue = port.queue();
    hold(port.isAlive() || queue.messages.isEmpty(), "a dead port has messages");
    hold(port.isAlive() || queue.blocked.isEmpty(), "senders wait for a dead port");
    hold(queue.blocked.isEmpty() || queue.isFull(), "a sender waits although there is room");
    hold(
        queue.receivers.isEmpty() || queue.messages.isEmpty(), "waits although a message is there");
    queue.sets.forEach(set -> hold(set.members.contains(port), "a set does not know its member"));
    Set<Message> seen = new LinkedHashSet<>(queue.messages);
    same(queue.messages.size(), seen.size(), "distinct messages of a queue");
    queue.messages.forEach(message -> message(message, port));
    for (BlockedSend sender : queue.blocked) {
      Diminished less = sender.message().destination().diminished();
      hold(less == null || !less.hasExpired(), "a sender waits by a right whose time is up");
      message(sender.message(), port);
    }
    hold(blocked.containsAll(queue.blocked), "a blocked send of no task");
    hold(pending.containsAll(queue.receivers), "a pending receive of no task");
  }

  private void message(Message message, Port at) {
    messages++;
    custodies += message.custody().size();
    hold(message.port() == at, "a message in a foreign queue");
    carriedRight(message.destination(), null);
    message.forEachRight(right -> carriedRight(right, at));
    Account payer = message.payer();
    if (payer != null) {
      long[] sum = paid.computeIfAbsent(payer, account -> new long[2]);
      sum[0]++;
      sum[1] += message.cost();
    }
  }

  private void carriedRight(@Nullable CarriedRight right, @Nullable Port at) {
    if (right == null || right.target() == null) {
      return;
    }
    carried++;
    boost(right.boost());
    hold(!right.isSpent(), "a spent right is still carried");
    Port port = right.target();
    Found found = found(port);
    if (right.kind() == RightKind.SEND) {
      found.send++;
      diminished(right.diminished(), right.isLent());
    } else if (right.kind() == RightKind.SEND_ONCE) {
      found.once++;
    } else {
      found.receive++;
      hold(port.destination() == at, "a receive right on its way elsewhere");
      hold(port.receiver() == null, "a carried receive right is also held");
    }
  }

  private void boost(@Nullable Boost boost) {
    boosts += boost == null || boost.hasEnded() ? 0 : 1;
  }

  private static void compare(Port port, Found found) {
    same(port.sendRights(), found.send, "send rights of a port");
    same(port.sendOnceRights(), found.once, "send-once rights of a port");
    same(port.isAlive() ? 1 : 0, found.receive, "receive rights of a port");
    same(port.roomRequests(), found.room, "requests that wait for room");
    hold(found.room == 0 || port.queue().isFull(), "waits for room that is there");
  }

  private void totals() {
    int waiting = 0;
    for (var entry : diminished.entrySet()) {
      Diminished less = entry.getKey();
      int[] found = entry.getValue();
      same(less.rights(), found[0], "rights of a diminished one");
      hold(less.copyable() || found[1] <= 1, "a right that can't be copied is there twice");
      hold(!less.hasExpired() || !less.hasEntries(), "a name of a right whose time is up");
      waiting += less.ends() && !less.hasExpired() ? 1 : 0;
    }
    same(ipc.expiries.size(), waiting, "diminished rights that end");
    long alive = ports.keySet().stream().filter(Port::isAlive).count();
    Counts counts = ipc.counts();
    same(counts.ports(), alive, "ports");
    same(counts.names(), names, "names");
    same(counts.portSets(), sets, "port sets");
    same(counts.messages(), messages, "messages");
    same(counts.custodies(), custodies, "custodies");
    same(counts.carried(), carried, "carried rights");
    same(counts.blockedSends(), blocked.size(), "blocked sends");
    same(counts.pendingReceives(), pending.size(), "pending receives");
    int given = ipc.tasks().stream().mapToInt(task -> task.importance().given()).sum();
    same(given, boosts, "boosts");
    paid.forEach((account, sum) -> {
      int once = ports.keySet().stream().mapToInt(p -> p.onceCharges().of(account)).sum();
      same(account.sendOnce(), once, "send-once rights a task pays for");
      same(account.messages(), sum[0], "messages a task pays for");
      same(account.bytes(), sum[1], "bytes a task pays for");
    });
    ports.forEach((port, found) ->
        same(
            port.isAlive() ? found.once : 0,
            port.onceCharges().total(),
            "charged send-once rights of a port"));
  }
}
