// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * Something outside this layer that travels with a message: a file descriptor in the kernel's care.
 */
public interface Custody {
  /** The message will not arrive, or came back to a task that is gone. Called at most once. */
  void release();
}
