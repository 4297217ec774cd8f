// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.wire.AuditToken;

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
  private boolean namesServices;

  Task(Ipc ipc, TaskId id, AuditToken token, Quota quota) {
    this.ipc = ipc;
    this.id = id;
    this.token = token;
    this.quota = quota;
    this.account = new Account(ipc, quota);
    this.space = new Space(ipc, this);
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
    space.terminate();
    ipc.settle();
  }

  Account account() {
    return account;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
