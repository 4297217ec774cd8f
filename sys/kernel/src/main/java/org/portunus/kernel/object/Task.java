// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.ExceptionMessage;
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
  private final Quota quota;
  private final Account account;
  private final Space space;
  private final Importance importance;
  private boolean namesServices;
  private @Nullable CarriedRight exceptionPort;

  Task(Ipc ipc, TaskId id, AuditToken token, Quota quota) {
    this.ipc = ipc;
    this.id = id;
    this.token = token;
    this.quota = quota;
    this.account = new Account(ipc, quota);
    this.space = new Space(ipc, this);
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
   * Says who hears of its exceptions; whoever did does not any more.
   *
   * @param port a right of its own that gives a send right; empty for nobody
   * @return as for the body of a message, INVALID_VALUE for a right of another kind
   */
  public KernReturn setExceptionPort(Optional<PortDescriptor> port) {
    CarriedRight next = null;
    if (port.isPresent()) {
      if (port.get().disposition().arrivesAs() != RightKind.SEND) {
        return KernReturn.INVALID_VALUE;
      }
      Outcome<CarriedRight> taken = space.take(port.get());
      if (taken.value().isEmpty()) {
        return taken.result();
      }
      next = taken.value().get();
    }
    dropExceptionPort();
    exceptionPort = next;
    ipc.settle();
    return KernReturn.SUCCESS;
  }

  @Nullable CarriedRight exceptionPort() {
    return exceptionPort;
  }

  private void dropExceptionPort() {
    CarriedRight last = exceptionPort;
    if (last != null) {
      exceptionPort = null;
      ipc.drop(last);
    }
  }

  /** Tells its exception port, and pays for it; one whose queue is full hears nothing. */
  void raise(ExceptionMessage exception) {
    CarriedRight port = exceptionPort;
    Port target = port == null ? null : port.target();
    if (port != null && target != null && !target.isFull()) {
      KernelMessage message =
          new KernelMessage(
              ExceptionMessage.ID,
              exception.toBytes(),
              Optional.empty(),
              List.of(),
              List.of(),
              token);
      KernReturn _ = ipc.sendFor(this, port.copySend(), message);
    }
  }

  public Quota quota() {
    return quota;
  }

  public Space space() {
    return space;
  }

  public boolean isAlive() {
    return space.isActive();
  }

  public Usage usage() {
    return new Usage(
        space.names(),
        account.messages(),
        account.bytes(),
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
    dropExceptionPort();
    importance.end();
    space.terminate();
    ipc.settle();
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
