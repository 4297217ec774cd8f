// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.suite;

import java.util.ArrayList;
import java.util.List;
import org.portunus.system.port.KernelSocket;
import org.portunus.tool.instance.PrivateInstance;

/** New tasks of the instance under test; all leave it when this is closed. */
public final class TaskSource implements AutoCloseable {
  private final PrivateInstance instance;
  private final List<KernelSocket> tasks = new ArrayList<>();
  private final List<String> figures = new ArrayList<>();

  public TaskSource(PrivateInstance instance) {
    this.instance = instance;
  }

  /** The instance under test. */
  public PrivateInstance instance() {
    return instance;
  }

  /** A task that nobody else uses. */
  public KernelSocket task() {
    KernelSocket task = KernelSocket.connect(instance.socket());
    tasks.add(task);
    return task;
  }

  /** Puts what a row has measured into its report. */
  public void measured(String figure) {
    figures.add(figure);
  }

  /** What was measured, for the report. */
  String figures() {
    return String.join("; ", figures);
  }

  @Override
  public void close() {
    tasks.forEach(KernelSocket::close);
    tasks.clear();
  }
}
