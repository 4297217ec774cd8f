// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.Optional;
import org.portunus.abi.mach.KernReturn;
import org.portunus.linux.process.Grandchild;
import org.portunus.linux.process.Signal;

/**
 * How often a task was suspended and not resumed; its process is stopped while that is not zero.
 *
 * <p>Invariant: own reasons are at most all reasons. Lock: none; the loop.
 */
final class Suspension {
  private static final int MOST = 1 << 20;

  private int reasons;
  private int own;
  private Optional<Grandchild> held = Optional.empty();

  /** One reason more, from the task itself or another. */
  KernReturn suspend(Optional<LaunchedProcess> process, Party by) {
    if (process.isEmpty()) {
      return KernReturn.NOT_SUPPORTED;
    }
    if (reasons >= MOST) {
      return KernReturn.RESOURCE_SHORTAGE;
    }
    if (reasons == 0) {
      if (held.isEmpty()) {
        LaunchedProcess launched = process.get();
        held = Grandchild.of(launched.insidePid(), launched.child());
      }
      if (held.isEmpty() || held.get().signal(Signal.STOP) < 0) {
        return KernReturn.TERMINATED;
      }
    }
    reasons++;
    own += by == Party.ITSELF ? 1 : 0;
    return KernReturn.SUCCESS;
  }

  /** One reason less. */
  KernReturn resume() {
    if (reasons == 0) {
      return KernReturn.FAILURE;
    }
    reasons--;
    own = Math.min(own, reasons);
    if (reasons == 0) {
      // ESRCH says that it has ended meanwhile.
      held.ifPresent(process -> process.signal(Signal.CONTINUE));
    }
    return KernReturn.SUCCESS;
  }

  int count() {
    return reasons;
  }

  /** Whether somebody else keeps it from working. */
  boolean isByOthers() {
    return reasons > own;
  }

  void end() {
    held.ifPresent(Grandchild::close);
    held = Optional.empty();
  }

  /** Who asked for it. */
  enum Party {
    ITSELF,
    ANOTHER
  }
}
