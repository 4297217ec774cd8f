// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.ExceptionBehavior;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.QosGrant;
import org.portunus.abi.wire.VoucherRecipe;

/**
 * The kernel's view of a task: who it is, what it names, what it may make the kernel hold.
 *
 * <p>Invariant: alive from creation until {@link #terminate()}; its space is empty afterwards, and
 * every operation on it gives INVALID_TASK.
 */
public final class Task {
  private final Ipc ipc;
  private final TaskId id;
  private AuditToken token;
  private Quota quota;
  private final Account account;
  private final Space space;
  private final TaskPorts ports;
  private final ResourceNotices notices;
  private final ExceptionPorts exceptions;
  private final Importance importance;
  private boolean namesServices;

  Task(Ipc ipc, TaskId id, AuditToken token, Quota quota) {
    this.ipc = ipc;
    this.id = id;
    this.token = token;
    this.quota = quota;
    this.account = new Account(ipc, this);
    this.space = new Space(ipc, this);
    this.ports = new TaskPorts(ipc, this);
    this.notices = new ResourceNotices(ipc, this);
    this.exceptions = new ExceptionPorts(ipc, this);
    this.importance = new Importance(ipc, this);
  }

  public TaskId id() {
    return id;
  }

  public AuditToken token() {
    return token;
  }

  /** Binds the identity of the code that this task is about to run; it has held nothing yet. */
  public void bind(CodeIdentity code) {
    token = token.of(code);
  }

  /** Whether it makes service ports: launchd alone does. */
  public boolean namesServices() {
    return namesServices;
  }

  /** Lets it make service ports. */
  public void letNameServices() {
    namesServices = true;
  }

  /**
   * Says who hears of all its exceptions, with a right that names it; whoever did does not any
   * more.
   *
   * @param port a right of its own that gives a send right; empty for nobody
   * @return as for the body of a message, INVALID_VALUE for a right of another kind
   */
  public KernReturn setExceptionPort(Optional<PortDescriptor> port) {
    Optional<CarriedRight> next = Optional.empty();
    if (port.isPresent()) {
      if (port.get().disposition().arrivesAs() != RightKind.SEND) {
        return KernReturn.INVALID_VALUE;
      }
      Outcome<CarriedRight> taken = space.take(port.get());
      if (taken.value().isEmpty()) {
        return taken.result();
      }
      next = taken.value();
    }
    return exceptions.set(ExceptionKind.all(), next, ExceptionBehavior.IDENTITY_PROTECTED);
  }

  /** Who hears of its exceptions. */
  public ExceptionPorts exceptions() {
    return exceptions;
  }

  public Quota quota() {
    return quota;
  }

  /** Has it hold less from now on, if no limit grows; what it has it keeps. */
  public KernReturn lower(Quota limits) {
    if (limits.names() > quota.names()
        || limits.messages() > quota.messages()
        || limits.bytes() > quota.bytes()
        || limits.sendOnce() > quota.sendOnce()) {
      return KernReturn.INVALID_VALUE;
    }
    quota = limits;
    return KernReturn.SUCCESS;
  }

  /** A request of it begins; before anything is done for it. */
  public void beginRequest() {
    notices.begin();
  }

  ResourceNotices notices() {
    return notices;
  }

  public Space space() {
    return space;
  }

  /** The ports that stand for it, and that the kernel keeps for it. */
  public TaskPorts ports() {
    return ports;
  }

  public boolean isAlive() {
    return space.isActive();
  }

  public Usage usage() {
    return new Usage(
        space.names(),
        account.messages(),
        account.bytes(),
        account.sendOnce(),
        space.blockedSends.size(),
        space.pendingReceives.size());
  }

  /**
   * The task is gone: ends what it waits for (continuations get INVALID_TASK), then destroys its
   * receive rights, then all else that it holds. Does nothing the second time.
   */
  public void terminate() {
    if (!space.isActive()) {
      return;
    }
    ipc.forget(this);
    exceptions.end();
    ports.end();
    importance.end();
    space.terminate();
    ipc.settle();
  }

  /** As {@link Space#send}, and says how urgent it is. */
  public Optional<BlockedSend> send(
      OutgoingMessage message,
      MessageBody body,
      List<Custody> custody,
      SendContinuation continuation,
      SendOption option,
      Urgency urgency) {
    ipc.expiries.end();
    var blocked = new Sending(space, message, body, custody, continuation, option, urgency).send();
    ipc.settle();
    return blocked;
  }

  /** A voucher by its recipes; its name here, or why there is none. */
  public Outcome<Integer> createVoucher(List<VoucherRecipe> recipes) {
    if (!isAlive()) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    Outcome<Integer> created = ipc.vouchers.create(this, recipes);
    ipc.settle();
    return created;
  }

  /** The content of an attribute, empty if the voucher does not have it; INVALID_ARGUMENT. */
  public Outcome<byte[]> voucherContent(int name, int key) {
    return Vouchers.content(space, name, key);
  }

  Importance importance() {
    return importance;
  }

  /** Says how urgently it works, and how urgently others may for it. */
  public void grantQos(QosGrant grant) {
    importance.setGrant(grant);
    ipc.settle();
  }

  public QosGrant qosGrant() {
    return importance.grant();
  }

  /** What it works at now. */
  public Qos effectiveQos() {
    return importance.effective();
  }

  Account account() {
    return account;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
