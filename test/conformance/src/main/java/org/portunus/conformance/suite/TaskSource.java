// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.suite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.portunus.system.port.KernelSocket;

/** New tasks of the instance under test; all leave it when this is closed. */
public final class TaskSource implements AutoCloseable {
  private final Path socket;
  private final List<KernelSocket> tasks = new ArrayList<>();

  /**
   * @param socket of the instance
   */
  public TaskSource(Path socket) {
    this.socket = socket;
  }

  /** A task that nobody else uses. */
  public KernelSocket task() {
    KernelSocket task = KernelSocket.connect(socket);
    tasks.add(task);
    return task;
  }

  @Override
  public void close() {
    tasks.forEach(KernelSocket::close);
    tasks.clear();
  }
}
