// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.GuardFlag;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.PortOption;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.PortOptions;

/**
 * Receive rights with attributes: how they are made, guarded and ended. Results are those of XNU's
 * mach_port calls; a result other than SUCCESS means that nothing changed. Who breaks a guard is
 * told to the {@link GuardListener}.
 */
public final class ReceiveRights {
  private static final int GUARD_FLAGS = GuardFlag.STRICT.bit() | GuardFlag.IMMOVABLE_RECEIVE.bit();

  private final Ipc ipc;
  private final Space space;

  ReceiveRights(Space space) {
    this.ipc = space.ipc();
    this.space = space;
  }

  /**
   * A new port: mach_port_construct.
   *
   * @param context its context, or its guard with CONTEXT_AS_GUARD
   * @return its name; INVALID_ARGUMENT for options that nobody knows or that exclude each other,
   *     INVALID_VALUE for a queue limit, DENIED for a service port that launchd does not make,
   *     INVALID_CAPABILITY for a connection port of what is no service port
   */
  public Outcome<Integer> construct(PortOptions options, long context) {
    KernReturn result = space.isActive() ? checkOptions(options) : KernReturn.INVALID_TASK;
    if (result == KernReturn.SUCCESS && !space.hasRoom(1)) {
      return space.full();
    }
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    int flags = options.flags();
    int name = space.newName();
    boolean guarded = PortOption.CONTEXT_AS_GUARD.isIn(flags);
    PortGuard guard =
        new PortGuard(
            context,
            guarded,
            guarded && PortOption.STRICT.isIn(flags),
            guarded && PortOption.IMMOVABLE_RECEIVE.isIn(flags));
    Port port = new Port(ipc, Optional.empty(), role(options, guard));
    space.enter(port, Right.toPort(name, port, RightKind.RECEIVE));
    port.receivedBy(space, name);
    if (PortOption.QUEUE_LIMIT.isIn(flags)) {
      port.queue().setLimit(options.queueLimit());
    }
    port.setGuard(guard);
    if (PortOption.INSERT_SEND_RIGHT.isIn(flags)) {
      CopyOut.merge(space, port.makeSend(), port, space.require(name));
    }
    ipc.settle();
    return Outcome.of(name);
  }

  private KernReturn checkOptions(PortOptions options) {
    int flags = options.flags();
    if (!PortOption.areKnown(flags) || PortOption.contradict(flags)) {
      return KernReturn.INVALID_ARGUMENT;
    }
    if (PortOption.THREAD_GROUP_TRACKING.isIn(flags)) {
      return KernReturn.DENIED;
    }
    KernReturn result = KernReturn.SUCCESS;
    if (PortOption.SERVICE_PORT.isIn(flags)) {
      result = checkService(options);
    } else if (PortOption.CONNECTION_PORT.isIn(flags)) {
      result = checkServicePort(options.servicePort());
    }
    boolean badLimit =
        PortOption.QUEUE_LIMIT.isIn(flags)
            && (options.queueLimit() < 0 || options.queueLimit() > MachLimits.QUEUE_MAX);
    return result == KernReturn.SUCCESS && badLimit ? KernReturn.INVALID_VALUE : result;
  }

  private KernReturn checkService(PortOptions options) {
    if (!space.task().namesServices()) {
      return KernReturn.DENIED;
    }
    boolean named =
        options
            .service()
            .filter(name -> !name.isEmpty())
            .filter(name -> name.getBytes(StandardCharsets.UTF_8).length <= PortOptions.MAX_SERVICE)
            .isPresent();
    return named ? KernReturn.SUCCESS : KernReturn.INVALID_ARGUMENT;
  }

  /** What is no name of a living service port that the task receives from is refused alike. */
  private KernReturn checkServicePort(int name) {
    if (name == MachLimits.NAME_NULL) {
      return KernReturn.INVALID_ARGUMENT;
    }
    boolean service =
        space.checkKind(name, RightKind.RECEIVE) == KernReturn.SUCCESS
            && space.require(name).port().role().kind() == PortRole.Kind.SERVICE;
    return service ? KernReturn.SUCCESS : KernReturn.INVALID_CAPABILITY;
  }

  private PortRole role(PortOptions options, PortGuard guard) {
    int flags = options.flags();
    boolean temporary = PortOption.TEMPORARY_OWNER.isIn(flags);
    boolean donates =
        temporary
            || PortOption.IMPORTANCE_RECEIVER.isIn(flags)
            || PortOption.DENAP_RECEIVER.isIn(flags);
    PortRole.Kind kind = PortRole.Kind.ORDINARY;
    Optional<String> service = Optional.empty();
    PortGuard returning = PortGuard.NONE;
    if (PortOption.SERVICE_PORT.isIn(flags)) {
      kind = PortRole.Kind.SERVICE;
      returning = guard.guarded() ? guard : PortGuard.NONE;
      service = options.service();
    } else if (PortOption.CONNECTION_PORT.isIn(flags)) {
      kind = PortRole.Kind.CONNECTION;
      service = space.require(options.servicePort()).port().role().service();
    } else if (PortOption.REPLY_PORT.isIn(flags)) {
      kind = PortRole.Kind.REPLY;
    } else if (PortOption.PROVISIONAL_REPLY_PORT.isIn(flags)) {
      kind = PortRole.Kind.PROVISIONAL_REPLY;
    }
    boolean enforces = PortOption.ENFORCE_REPLY_PORT_SEMANTICS.isIn(flags);
    return kind == PortRole.Kind.ORDINARY && !enforces && !donates
        ? PortRole.ORDINARY
        : new PortRole(kind, enforces, donates, temporary, service, returning);
  }

  /**
   * Ends a port, and takes send references from its name: mach_port_destruct.
   *
   * @param difference of the send references, 0 or less
   * @param guard that of the port, if it is guarded
   * @return INVALID_ARGUMENT for another guard
   */
  public KernReturn destruct(int name, int difference, long guard) {
    KernReturn result = checkDestruct(name, difference, guard);
    if (result == KernReturn.SUCCESS) {
      References.destruct(space, space.require(name), difference);
    }
    ipc.settle();
    return result;
  }

  private KernReturn checkDestruct(int name, int difference, long guard) {
    if (!space.isActive()) {
      return KernReturn.INVALID_TASK;
    }
    Right right = space.find(name);
    if (right == null) {
      return KernReturn.INVALID_NAME;
    }
    if (!right.is(RightKind.RECEIVE) || (difference != 0 && !right.is(RightKind.SEND))) {
      return KernReturn.INVALID_RIGHT;
    }
    if (difference > 0) {
      return KernReturn.INVALID_VALUE;
    }
    PortGuard known = right.port().guard();
    if (!known.opensFor(guard)) {
      return refused(name, GuardException.DESTROY, known);
    }
    return (long) right.references() + difference < 0
        ? KernReturn.INVALID_VALUE
        : KernReturn.SUCCESS;
  }

  /**
   * Guards a port that has no context yet: mach_port_guard_with_flags.
   *
   * @param flags mask of {@link GuardFlag}
   */
  public KernReturn guard(int name, long guard, long flags) {
    KernReturn result = checkName(name);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    if ((flags & ~GUARD_FLAGS) != 0) {
      return KernReturn.INVALID_ARGUMENT;
    }
    Port port = space.require(name).port();
    if (port.guard().context() != 0) {
      result = refused(name, GuardException.INVALID_ARGUMENT, PortGuard.NONE);
    } else {
      port.setGuard(
          new PortGuard(
              guard, true, GuardFlag.STRICT.isIn(flags), GuardFlag.IMMOVABLE_RECEIVE.isIn(flags)));
    }
    ipc.settle();
    return result;
  }

  /** Takes the guard from a port, which can be moved again: mach_port_unguard. */
  public KernReturn unguard(int name, long guard) {
    KernReturn result = checkGuard(name, guard, false);
    if (result == KernReturn.SUCCESS) {
      space.require(name).port().setGuard(PortGuard.NONE);
    }
    ipc.settle();
    return result;
  }

  /** Another guard for a guarded port that is not strict: mach_port_swap_guard. */
  public KernReturn swapGuard(int name, long guard, long next) {
    KernReturn result = checkGuard(name, guard, true);
    if (result == KernReturn.SUCCESS) {
      Port port = space.require(name).port();
      port.setGuard(port.guard().withContext(next));
    }
    ipc.settle();
    return result;
  }

  private KernReturn checkGuard(int name, long guard, boolean changes) {
    KernReturn result = checkName(name);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    PortGuard known = space.require(name).port().guard();
    if (!known.guarded()) {
      return refused(name, GuardException.UNGUARDED, PortGuard.NONE);
    }
    if (changes && known.strict()) {
      return refused(name, GuardException.SET_CONTEXT, known);
    }
    return known.opensFor(guard)
        ? KernReturn.SUCCESS
        : refused(name, GuardException.INCORRECT_GUARD, known);
  }

  /** The context; 0 for one that is strictly guarded: mach_port_get_context. */
  public Outcome<Long> context(int name) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    PortGuard known = space.require(name).port().guard();
    return Outcome.of(known.strict() ? 0 : known.context());
  }

  /** mach_port_set_context. */
  public KernReturn setContext(int name, long context) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result == KernReturn.SUCCESS) {
      Port port = space.require(name).port();
      if (port.guard().strict()) {
        result = refused(name, GuardException.SET_CONTEXT, port.guard());
      } else {
        port.setGuard(port.guard().withContext(context));
      }
    }
    ipc.settle();
    return result;
  }

  /** SUCCESS if this is the guard of a strictly guarded port: MACH_PORT_GUARD_INFO. */
  public KernReturn assertGuard(int name, long guard) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    PortGuard known = space.require(name).port().guard();
    return known.strict() && known.context() == guard
        ? KernReturn.SUCCESS
        : refusedNow(name, GuardException.INCORRECT_GUARD, known);
  }

  /** mach_port_set_mscount. */
  public KernReturn setMakeSendCount(int name, int count) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result == KernReturn.SUCCESS) {
      space.require(name).port().setMakeSendCount(count);
    }
    return result;
  }

  /** The number of the next message: mach_port_set_seqno. */
  public KernReturn setSequence(int name, int sequence) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result == KernReturn.SUCCESS) {
      space.require(name).port().queue().setSequence(sequence);
    }
    return result;
  }

  /**
   * What there is of a port.
   *
   * @param sendRights those in spaces and on their way
   * @param names that have a send, send-once or receive right to it
   * @param requests those of them with a request for its death or for room
   */
  public record PortCounts(int sendRights, int names, int requests) {}

  /** mach_port_get_srights and mach_port_dnrequest_info. */
  public Outcome<PortCounts> counts(int name) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    Port port = space.require(name).port();
    return Outcome.of(new PortCounts(port.sendRights(), port.names(), port.requests()));
  }

  /** The name of its service: INVALID_CAPABILITY of what is no service port. */
  public Outcome<String> service(int name) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    PortRole role = space.require(name).port().role();
    return role.kind() == PortRole.Kind.SERVICE
        ? Outcome.of(role.service().orElseThrow())
        : Outcome.failure(KernReturn.INVALID_CAPABILITY);
  }

  /** Whether a connection port belongs to a service port; both are received from here. */
  public Outcome<Boolean> isConnectionOf(int connection, int servicePort) {
    Outcome<String> service = service(servicePort);
    if (service.value().isEmpty()) {
      return Outcome.failure(service.result());
    }
    KernReturn result = space.checkKind(connection, RightKind.RECEIVE);
    return result == KernReturn.SUCCESS
        ? Outcome.of(space.require(connection).port().role().service().equals(service.value()))
        : Outcome.failure(result);
  }

  /** As for guards: 0 and ~0 are no names. */
  private KernReturn checkName(int name) {
    return Space.isBare(name) && space.isActive()
        ? KernReturn.INVALID_NAME
        : space.checkKind(name, RightKind.RECEIVE);
  }

  private KernReturn refusedNow(int name, GuardException exception, PortGuard guard) {
    KernReturn result = refused(name, exception, guard);
    ipc.settle();
    return result;
  }

  private KernReturn refused(int name, GuardException exception, PortGuard guard) {
    ipc.violated(space.task(), name, exception, guard);
    return KernReturn.INVALID_ARGUMENT;
  }
}
