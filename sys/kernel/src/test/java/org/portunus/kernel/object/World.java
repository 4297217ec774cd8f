// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;

/** An instance with three tasks, and short forms of what tests do with them. */
final class World {
  static final int SEND = RightKind.SEND.number();
  static final int RECEIVE = RightKind.RECEIVE.number();
  static final int SEND_ONCE = RightKind.SEND_ONCE.number();
  static final int PORT_SET = RightKind.PORT_SET.number();
  static final int DEAD_NAME = RightKind.DEAD_NAME.number();
  static final Counts NOTHING = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0);

  final Ipc ipc = new Ipc(token(0), new Pool(1 << 30, 1L << 40));
  final Task server;
  final Task client;
  final Task other;
  final Space s;
  final Space c;
  final Space o;
  private long tasks = 1;

  World() {
    this(Quota.STANDARD);
  }

  World(Quota quota) {
    server = task(quota);
    client = task(quota);
    other = task(quota);
    s = server.space();
    c = client.space();
    o = other.space();
  }

  Task task(Quota quota) {
    long counter = tasks++;
    return ipc.createTask(new TaskId(1, counter), token(counter), quota);
  }

  static AuditToken token(long task) {
    byte[] identity = new byte[CodeIdentity.BYTES];
    return new AuditToken(0, 0, 0, 0, 0, 0, 0, (int) task, task, CodeIdentity.ofBytes(identity));
  }

  void killAll() {
    server.terminate();
    client.terminate();
    other.terminate();
  }

  static int port(Space space) {
    return space.allocate(RightKind.RECEIVE).orElseThrow();
  }

  static int set(Space space) {
    return space.allocate(RightKind.PORT_SET).orElseThrow();
  }

  /** A send right in {@code holder} to a port of {@code receiver}. */
  int sendRight(Space receiver, int name, Space holder) {
    return holder.grantSend(receiver.receiveRightPort(name).orElseThrow()).orElseThrow();
  }

  int sendOnceRight(Space receiver, int name, Space holder) {
    CarriedRight once = receiver.receiveRightPort(name).orElseThrow().makeSendOnce();
    return holder.insert(once).orElseThrow();
  }

  static int type(Space space, int name) {
    return space.type(name).orElseThrow();
  }

  static int bits(RightKind... kinds) {
    int mask = 0;
    for (RightKind kind : kinds) {
      mask |= kind.typeBit();
    }
    return mask;
  }

  static int refs(Space space, int name, int kind) {
    return space.getRefs(name, kind).orElseThrow();
  }

  static PortDescriptor right(int name, Disposition disposition) {
    return new PortDescriptor(name, disposition);
  }

  static OutgoingMessage message(PortDescriptor destination, PortDescriptor... ports) {
    return new OutgoingMessage(
        OutgoingMessage.FOR_EVER, destination, Optional.empty(), 7, List.of(ports), new byte[0]);
  }

  static OutgoingMessage numbered(PortDescriptor destination, int id, long timeout) {
    return new OutgoingMessage(
        timeout, destination, Optional.empty(), id, List.of(), new byte[] {(byte) id});
  }

  static OutgoingMessage withReply(PortDescriptor destination, PortDescriptor reply) {
    return new OutgoingMessage(
        OutgoingMessage.FOR_EVER, destination, Optional.of(reply), 8, List.of(), new byte[0]);
  }

  /** How a send ended. */
  static final class Sent implements SendContinuation {
    final List<KernReturn> results = new ArrayList<>();
    Optional<ReturnedMessage> returned = Optional.empty();

    @Override
    public void sent(KernReturn result, Optional<ReturnedMessage> message) {
      results.add(result);
      returned = message;
    }

    KernReturn only() {
      assertThat(results).hasSize(1);
      return results.getFirst();
    }
  }

  /** How a receive ended. */
  static final class Got implements ReceiveContinuation {
    final List<Outcome<Received>> outcomes = new ArrayList<>();

    @Override
    public void received(Outcome<Received> outcome) {
      outcomes.add(outcome);
    }

    KernReturn only() {
      assertThat(outcomes).hasSize(1);
      return outcomes.getFirst().result();
    }

    IncomingMessage message() {
      assertThat(outcomes).hasSize(1);
      return outcomes.getFirst().orElseThrow().message();
    }
  }

  /** A thing in custody that counts its releases. */
  static final class Thing implements Custody {
    int released;

    @Override
    public void release() {
      released++;
    }
  }

  static KernReturn send(Space space, OutgoingMessage message) {
    Sent sent = new Sent();
    space.send(message, List.of(), sent);
    return sent.only();
  }

  static void sendOk(Space space, OutgoingMessage message) {
    assertThat(send(space, message)).isEqualTo(KernReturn.SUCCESS);
  }

  static IncomingMessage receive(Space space, int name) {
    return space.poll(name).orElseThrow().message();
  }

  static void assertEmpty(Space space, int name) {
    assertThat(space.poll(name).result()).isEqualTo(KernReturn.RCV_TIMED_OUT);
  }

  static PortDescriptor makeOnce(int name) {
    return right(name, Disposition.MAKE_SEND_ONCE);
  }

  static Outcome<Optional<PortDescriptor>> request(
      Space space, int name, NotificationKind kind, int notify) {
    return space.requestNotification(name, kind.number(), 0, Optional.of(makeOnce(notify)));
  }

  /** The next message must be this notification with this number in its data. */
  static void assertNotified(Space space, int port, NotificationKind kind, int value) {
    IncomingMessage message = receive(space, port);
    assertThat(message.id()).isEqualTo(kind.number());
    try {
      assertThat(new WireReader(message.data()).i32("value")).isEqualTo(value);
    } catch (MalformedFrameException e) {
      throw new AssertionError(e);
    }
  }

  static boolean isDeadName(PortDescriptor port) {
    return port.name() == MachLimits.NAME_DEAD;
  }
}
