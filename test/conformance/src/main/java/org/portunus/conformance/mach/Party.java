// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.conformance.suite.Row.same;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.time.Patience;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import portunus.probe.mach.MachRefusal;
import portunus.probe.mach.MachTask;

/** One task of a row with several, wherever it runs. Names are those of its own space. */
final class Party {
  static final long PATIENCE_NANOS = Patience.ofThisProcess().of(Duration.ofSeconds(20)).toNanos();

  private final MachTask task;
  private final Death death;
  private final int door;
  private final Map<Party, Integer> doors = new HashMap<>();
  private final List<Integer> ports = new ArrayList<>();
  private boolean alive = true;

  /** How it ends without a word. */
  @FunctionalInterface
  interface Death {
    void happen() throws Exception;
  }

  /** An operation and how it ended. */
  @FunctionalInterface
  interface Operation {
    void run() throws MachRefusal;
  }

  Party(MachTask task, Death death) throws MachRefusal {
    this.task = task;
    this.death = death;
    this.door = port();
  }

  MachTask task() {
    return task;
  }

  /** Where messages of others come; a port of this row alone. */
  int door() {
    return door;
  }

  void introduce(Party other, int name) {
    doors.put(other, name);
  }

  /** Its send right to another's door. */
  int to(Party other) {
    return Objects.requireNonNull(doors.get(other));
  }

  /** Ends it as kill -9 does. */
  void die() throws Exception {
    alive = false;
    death.happen();
  }

  /** It has been ended by somebody else. */
  void ended() {
    alive = false;
  }

  /** Gives up the ports that the row made. */
  void leave() throws MachRefusal {
    if (alive) {
      for (int port : ports) {
        KernReturn gone = result(() -> task.destroy(port));
        same("port given up", true, gone != KernReturn.INVALID_TASK);
      }
      for (int name : doors.values()) {
        KernReturn gone = result(() -> task.deallocate(name));
        same("door given up", true, gone != KernReturn.INVALID_TASK);
      }
    }
  }

  static KernReturn result(Operation operation) {
    try {
      operation.run();
      return KernReturn.SUCCESS;
    } catch (MachRefusal refused) {
      return refused.result();
    }
  }

  int port() throws MachRefusal {
    int name = task.allocate(RightKind.RECEIVE);
    ports.add(name);
    return name;
  }

  /** A port with a send right by the same name. */
  int sendable() throws MachRefusal {
    int name = port();
    task.insertRight(name, name, Disposition.MAKE_SEND);
    return name;
  }

  static PortDescriptor as(int name, Disposition disposition) {
    return new PortDescriptor(name, disposition);
  }

  /** Sends without waiting. */
  KernReturn send(PortDescriptor to, int id, PortDescriptor... rights) {
    return send(0, to, Optional.empty(), id, rights);
  }

  KernReturn send(
      long timeout,
      PortDescriptor to,
      Optional<PortDescriptor> reply,
      int id,
      PortDescriptor... rights) {
    OutgoingMessage message =
        new OutgoingMessage(timeout, to, reply, id, List.of(rights), new byte[] {(byte) id});
    return result(() -> task.send(message.toBytes()));
  }

  /** Sends, on a thread, and waits as long as it takes. */
  CompletableFuture<KernReturn> sendBlocked(PortDescriptor to, int id) {
    return CompletableFuture.supplyAsync(() -> send(-1, to, Optional.empty(), id));
  }

  IncomingMessage receive(int name) throws MachRefusal {
    return receive(name, PATIENCE_NANOS);
  }

  private IncomingMessage receive(int name, long nanos) throws MachRefusal {
    try {
      return IncomingMessage.read(task.receive(name, nanos));
    } catch (MalformedFrameException malformed) {
      throw new AssertionError("no message", malformed);
    }
  }

  KernReturn poll(int name) {
    return result(() -> {
      IncomingMessage unused = receive(name, 0);
      same("a message that is one", true, unused.local() != 0);
    });
  }

  int bits(int name) throws MachRefusal {
    return task.type(name);
  }

  int refs(int name, RightKind kind) throws MachRefusal {
    return task.getRefs(name, kind);
  }

  KernReturn request(int name, NotificationKind kind, int notify) {
    return result(() -> task.request(name, kind, 0, notify));
  }

  /** The next message must be this notification. */
  IncomingMessage notified(int at, NotificationKind kind) throws MachRefusal {
    IncomingMessage message = receive(at);
    same("notification", kind.number(), message.id());
    return message;
  }

  /** Waits for a name to become a dead one: its port's task ends at a moment of its own. */
  void awaitDead(int name) throws MachRefusal {
    int notify = port();
    KernReturn asked = request(name, NotificationKind.DEAD_NAME, notify);
    if (asked == KernReturn.SUCCESS) {
      notified(notify, NotificationKind.DEAD_NAME);
      task.deallocate(name);
    } else {
      same("request on a dead name", KernReturn.INVALID_ARGUMENT, asked);
    }
    same("dead", RightKind.DEAD_NAME.typeBit(), bits(name));
  }

  /** Gives rights to another task; what arrives there. */
  List<PortDescriptor> give(Party other, PortDescriptor... rights) throws MachRefusal {
    same("give", KernReturn.SUCCESS, send(as(to(other), Disposition.COPY_SEND), 1, rights));
    return other.receive(other.door).ports();
  }

  /** Gives one right; its name there. */
  int giveOne(Party other, int name, Disposition disposition) throws MachRefusal {
    return give(other, as(name, disposition)).getFirst().name();
  }
}
