// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.nio.file.Path;
import java.time.Duration;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.DocumentInspectorXpc;

/**
 * Inspectors in a sandboxed process of a running instance, and what launchd says of that process.
 */
final class InstanceInspectors implements Inspectors, ServiceHistory, AutoCloseable {
  private final Instance instance;
  private final ServiceConnection<DocumentInspector> inspector;
  private final ServiceConnection<LaunchControl> launchd;

  private InstanceInspectors(Instance instance) {
    this.instance = instance;
    inspector = instance.open(DocumentInspectorXpc.TYPE);
    launchd = instance.open(LaunchControlXpc.TYPE);
  }

  /**
   * @param socket in the run folder of the instance
   */
  static InstanceInspectors connect(Path socket) {
    return new InstanceInspectors(Instance.connect(socket));
  }

  @Override
  public DocumentInspector within(Duration deadline) {
    return inspector.proxy(deadline);
  }

  @Override
  public Counts counts() {
    return launchd.proxy(Duration.ofSeconds(10)).status().jobs().stream()
        .filter(job -> job.services().contains(DocumentInspectorXpc.TYPE.name()))
        .findFirst()
        .map(InstanceInspectors::counts)
        .orElse(new Counts(0, 0));
  }

  private static Counts counts(JobStatus job) {
    return new Counts(job.crashes(), Math.max(0, job.runs() - 1));
  }

  @Override
  public void close() {
    inspector.close();
    launchd.close();
    instance.close();
  }
}
