// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;

/**
 * A message in kernel form: rights instead of names.
 *
 * <p>Invariants: counted in the tally and charged to its payer from creation until {@link
 * #discharge()}; its rights are unspent meanwhile. Receive rights in it have the destination port
 * as their own destination, and no chain of destinations is a circle.
 */
final class Message {
  private final Ipc ipc;
  private final CarriedRight destination;
  private final KernelMessage content;
  private final @Nullable Account payer;
  private final long cost;
  private Qos qos = Qos.UNSPECIFIED;
  private int overtaken;
  private boolean discharged;

  Message(Ipc ipc, CarriedRight destination, KernelMessage content, @Nullable Account payer) {
    this.ipc = ipc;
    this.destination = destination;
    this.content = content;
    this.payer = payer;
    this.cost =
        cost(
            content.data().length + content.body().auxiliary().length,
            content.rights(),
            (int) content.ports().stream().filter(r -> r.kind() == RightKind.RECEIVE).count());
    ipc.tally.messages++;
    ipc.tally.bytes += cost;
    ipc.tally.custodies += content.custody().size();
    if (payer != null) {
      payer.charge(cost);
    }
  }

  static long cost(int bytes, int rights, int receiveRights) {
    return Quota.MESSAGE_COST
        + bytes
        + (long) Quota.RIGHT_COST * rights
        + (long) Quota.PORT_COST * receiveRights;
  }

  Port port() {
    Port port = destination.target();
    if (port == null) {
      throw new IllegalStateException("destination without a port");
    }
    return port;
  }

  CarriedRight destination() {
    return destination;
  }

  Optional<CarriedRight> reply() {
    return content.reply();
  }

  List<CarriedRight> ports() {
    return content.ports();
  }

  int id() {
    return content.id();
  }

  byte[] data() {
    return content.data();
  }

  List<Custody> custody() {
    return content.custody();
  }

  AuditToken sender() {
    return content.sender();
  }

  KernelMessage content() {
    return content;
  }

  @Nullable Account payer() {
    return payer;
  }

  long cost() {
    return cost;
  }

  /** How urgent it is; UNSPECIFIED if nothing was said. */
  Qos qos() {
    return qos;
  }

  /** Has whoever is to answer it work for its sender. */
  void boostBy(Boost boost) {
    qos = boost.qos();
    content.reply().filter(Message::canBoost).orElse(destination).boost(boost);
  }

  /** One that is passed on has the boost of who waits behind it. */
  private static boolean canBoost(CarriedRight reply) {
    return reply.kind() == RightKind.SEND_ONCE && reply.target() != null && reply.boost() == null;
  }

  /** The boosts that it brings are for this task now. */
  void boosts(@Nullable Task receiver) {
    moveBoost(destination, receiver);
    content.reply().ifPresent(right -> moveBoost(right, receiver));
    for (CarriedRight right : content.ports()) {
      moveBoost(right, receiver);
    }
  }

  private static void moveBoost(CarriedRight right, @Nullable Task receiver) {
    Boost boost = right.boost();
    if (boost != null) {
      boost.moveTo(receiver);
    }
  }

  /** What decides which of two messages is first; one without a QoS is as urgent as most. */
  int rank() {
    return (qos == Qos.UNSPECIFIED ? Qos.DEFAULT : qos).number();
  }

  /** How many that came later went before it and no earlier one. */
  int overtaken() {
    return overtaken;
  }

  void countOvertaken() {
    overtaken++;
  }

  /** Every right in it but the destination. */
  void forEachRight(Consumer<CarriedRight> action) {
    content.reply().ifPresent(action);
    content.voucher().ifPresent(action);
    content.ports().forEach(action);
  }

  /** It is no longer the kernel's: received, returned or about to be destroyed. */
  void discharge() {
    if (discharged) {
      throw new IllegalStateException("message discharged twice");
    }
    discharged = true;
    ipc.tally.messages--;
    ipc.tally.bytes -= cost;
    ipc.tally.custodies -= content.custody().size();
    if (payer != null) {
      payer.discharge(cost);
    }
  }

  /** Releases all that it holds. */
  void destroy() {
    ipc.passed(MessageStep.DESTROYED, this);
    discharge();
    ipc.drop(destination);
    dropBody();
  }

  /** Releases all that it holds but its destination; it was discharged. */
  void dropBody() {
    forEachRight(ipc::drop);
    content.custody().forEach(Custody::release);
  }
}
