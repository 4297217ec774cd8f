// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.ExceptionBehavior;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.ExceptionMessage;

/**
 * Who hears of a task's exceptions, by kind.
 *
 * <p>Invariant: each handler has a send right of its own; after the task's end there are none.
 */
public final class ExceptionPorts {
  private final Ipc ipc;
  private final Task task;
  private final Map<ExceptionKind, Handler> handlers = new EnumMap<>(ExceptionKind.class);

  /**
   * One who hears.
   *
   * @param port a send right, which stays the kernel's
   */
  public record Handler(CarriedRight port, ExceptionBehavior behavior) {
    /** Whether the other one is told the same way at the same port. */
    public boolean isLike(Handler other) {
      return port.target() == other.port.target() && behavior == other.behavior;
    }
  }

  ExceptionPorts(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
  }

  /**
   * Says who hears of these kinds; whoever did does not any more.
   *
   * @param mask of {@link ExceptionKind#bit}
   * @param right a send right, taken over if this succeeds; empty for nobody
   * @return SUCCESS, or INVALID_ARGUMENT for kinds that there are not, or a task that has ended
   */
  public KernReturn set(int mask, Optional<CarriedRight> right, ExceptionBehavior behavior) {
    if ((mask & ~ExceptionKind.all()) != 0 || !task.isAlive()) {
      return KernReturn.INVALID_ARGUMENT;
    }
    for (ExceptionKind kind : ExceptionKind.values()) {
      if ((mask & kind.bit()) != 0) {
        Handler last = handlers.remove(kind);
        right.ifPresent(port -> handlers.put(kind, new Handler(port.copySend(), behavior)));
        if (last != null) {
          ipc.drop(last.port);
        }
      }
    }
    right.ifPresent(ipc::drop);
    ipc.settle();
    return KernReturn.SUCCESS;
  }

  /** Who hears of this kind. */
  public Optional<Handler> handler(ExceptionKind kind) {
    return Optional.ofNullable(handlers.get(kind));
  }

  @Nullable CarriedRight port(ExceptionKind kind) {
    Handler handler = handlers.get(kind);
    return handler == null ? null : handler.port;
  }

  /**
   * Tells who hears of it, in the kernel's name, and with a right to the task, which pays for it; a
   * port whose queue is full hears nothing.
   */
  public void raise(ExceptionKind kind, long code, long subcode) {
    Handler handler = handlers.get(kind);
    Port target = handler == null ? null : handler.port.target();
    if (handler == null || target == null || !task.isAlive() || target.isFull()) {
      return;
    }
    ExceptionMessage exception =
        new ExceptionMessage(kind.number(), code, subcode, task.id().counter());
    Port named = task.ports().own(handler.behavior.flavor()).orElseThrow();
    KernReturn _ =
        ipc.sendFor(
            task,
            handler.port.copySend(),
            new KernelMessage(
                ExceptionMessage.ID,
                exception.toBytes(),
                Optional.empty(),
                List.of(named.makeSend()),
                List.of(),
                ipc.kernelToken()));
  }

  void end() {
    handlers.values().forEach(handler -> ipc.drop(handler.port));
    handlers.clear();
  }
}
