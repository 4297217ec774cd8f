// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

/** Told that a call of one of this task's clients is past its deadline. */
@FunctionalInterface
public interface CallCancelListener {
  /**
   * Cancels the call. Once it has ended, or at once if it had, {@link KernelSocket#callFinished} is
   * owed; without it the kernel ends this task.
   *
   * @param connection unsigned, of the kernel
   * @param call unsigned, of the client
   */
  void callCancelled(long connection, long call);
}
