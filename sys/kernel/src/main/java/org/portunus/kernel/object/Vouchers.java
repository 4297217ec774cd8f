// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.VoucherCommand;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.VoucherRecipe;
import org.portunus.abi.wire.WireReader;

/**
 * All vouchers of an instance, by their attributes.
 *
 * <p>Invariant: each is alive, and counted at its maker; {@link #MOST} for each maker at most.
 */
final class Vouchers {
  /** Vouchers that a task has made and somebody still names. */
  static final int MOST = 256;

  private final Ipc ipc;
  private final Map<VoucherAttributes, Port> ports = new HashMap<>();
  private final Map<Task, Integer> made = new HashMap<>();

  Vouchers(Ipc ipc) {
    this.ipc = ipc;
  }

  int count() {
    return ports.size();
  }

  /** The ports that they are named by. */
  Collection<Port> all() {
    return ports.values();
  }

  /**
   * Makes one, or finds the one that says the same, and puts a send right to it into the task's
   * space. INVALID_ARGUMENT for a command that the key does not have or content of another form,
   * INVALID_CAPABILITY for a previous voucher that is none, DENIED for a QoS above the task's
   * ceiling, RESOURCE_SHORTAGE, NO_SPACE.
   */
  Outcome<Integer> create(Task task, List<VoucherRecipe> recipes) {
    Space space = task.space();
    VoucherAttributes attributes = VoucherAttributes.NONE;
    for (VoucherRecipe recipe : recipes) {
      Outcome<VoucherAttributes> next = step(task, attributes, recipe);
      if (next.value().isEmpty()) {
        return Outcome.failure(next.result());
      }
      attributes = next.value().get();
    }
    Port known = ports.get(attributes);
    if ((known == null || known.entryIn(space) == null) && !space.hasRoom(1)) {
      return Outcome.failure(KernReturn.NO_SPACE);
    }
    if (known == null && made.getOrDefault(task, 0) >= MOST) {
      return Outcome.failure(KernReturn.RESOURCE_SHORTAGE);
    }
    return space.insert((known == null ? make(task, attributes) : known).makeSend());
  }

  private Port make(Task task, VoucherAttributes attributes) {
    Voucher voucher = new Voucher(ipc, attributes, task);
    Port port = new Port(ipc, Optional.of(voucher), PortRole.VOUCHER);
    ports.put(attributes, port);
    made.merge(task, 1, Integer::sum);
    return port;
  }

  private Outcome<VoucherAttributes> step(Task task, VoucherAttributes so, VoucherRecipe recipe) {
    Optional<VoucherKey> key = VoucherKey.of(recipe.key());
    Optional<VoucherCommand> command = VoucherCommand.of(recipe.command());
    if (key.isEmpty() || command.isEmpty()) {
      return Outcome.failure(KernReturn.INVALID_ARGUMENT);
    }
    @Nullable VoucherAttributes previous = null;
    if (recipe.previous() != MachLimits.NAME_NULL) {
      Optional<Voucher> named = find(task.space(), recipe.previous());
      if (named.isEmpty()) {
        return Outcome.failure(KernReturn.INVALID_CAPABILITY);
      }
      previous = named.get().attributes();
    }
    return step(task, so, recipe, key.get(), command.get(), previous);
  }

  private static Outcome<VoucherAttributes> step(
      Task task,
      VoucherAttributes so,
      VoucherRecipe recipe,
      VoucherKey key,
      VoucherCommand command,
      @Nullable VoucherAttributes previous) {
    boolean bare = recipe.content().length == 0;
    boolean fits =
        switch (command) {
          case NOOP, COPY, REMOVE -> bare;
          case IMPORTANCE_SELF -> bare && key == VoucherKey.IMPORTANCE;
          case USER_DATA_STORE -> key == VoucherKey.USER_DATA;
          case QOS_CREATE -> key == VoucherKey.QOS;
        };
    if (!fits) {
      return Outcome.failure(KernReturn.INVALID_ARGUMENT);
    }
    return switch (command) {
      case NOOP -> Outcome.of(so);
      case COPY -> Outcome.of(previous == null ? so : so.copy(key, previous));
      case REMOVE -> Outcome.of(so.remove(key, previous == null ? so : previous));
      case IMPORTANCE_SELF -> Outcome.of(so.important());
      case USER_DATA_STORE ->
          recipe.content().length > VoucherRecipe.MAX_USER_DATA
              ? Outcome.failure(KernReturn.RESOURCE_SHORTAGE)
              : Outcome.of(so.with(recipe.content()));
      case QOS_CREATE -> withQos(task, so, recipe.content());
    };
  }

  private static Outcome<VoucherAttributes> withQos(
      Task task, VoucherAttributes so, byte[] content) {
    Optional<Qos> qos;
    try {
      WireReader in = new WireReader(content);
      qos = Qos.of(in.i32("QoS"));
      in.end();
    } catch (MalformedFrameException otherForm) {
      qos = Optional.empty();
    }
    if (qos.isEmpty()) {
      return Outcome.failure(KernReturn.INVALID_ARGUMENT);
    }
    return qos.get().isAbove(task.qosGrant().ceiling())
        ? Outcome.failure(KernReturn.DENIED)
        : Outcome.of(so.with(qos.get()));
  }

  /** The voucher behind a name; empty for any other right. */
  static Optional<Voucher> find(Space space, int name) {
    Right right = space.find(name);
    return right != null && right.is(RightKind.SEND) ? of(right.port()) : Optional.empty();
  }

  static Optional<Voucher> of(Port port) {
    return port.kernelReceiver().filter(Voucher.class::isInstance).map(Voucher.class::cast);
  }

  /** The content of an attribute: INVALID_ARGUMENT for no voucher or a key of another form. */
  static Outcome<byte[]> content(Space space, int name, int key) {
    Optional<Voucher> voucher = find(space, name);
    Optional<VoucherKey> known = VoucherKey.of(key).filter(each -> each != VoucherKey.ALL);
    return voucher.isEmpty() || known.isEmpty()
        ? Outcome.failure(KernReturn.INVALID_ARGUMENT)
        : Outcome.of(voucher.get().attributes().content(known.get()));
  }

  /** Its last send right is gone, unless there is another by now. */
  void unused(Port port) {
    Optional<Voucher> voucher = of(port);
    if (voucher.isPresent() && port.isAlive() && port.sendRights() == 0) {
      ports.remove(voucher.get().attributes());
      made.computeIfPresent(voucher.get().maker(), (_, count) -> count == 1 ? null : count - 1);
      port.destroyKernelPort();
    }
  }
}
