// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.portunus.abi.time.Patience;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.interfaces.launchd.Spare;
import org.portunus.interfaces.launchd.SpareStage;
import org.portunus.interfaces.launchd.Status;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.DocumentInspectorXpc;

/**
 * Inspectors in a sandboxed process of a running instance, and what launchd says of that process.
 */
final class InstanceInspectors implements Inspectors, ServiceHistory, AutoCloseable {
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(20));
  private static final long LOOK_NANOS = 20_000_000;

  /** Whether programs other than this one may use the instance. */
  enum Sharing {
    PRIVATE,
    SHARED
  }

  private final Instance instance;
  private final Sharing sharing;
  private final ServiceConnection<DocumentInspector> inspector;
  private final ServiceConnection<LaunchControl> launchd;

  private InstanceInspectors(Instance instance, Sharing sharing) {
    this.instance = instance;
    this.sharing = sharing;
    inspector = instance.open(DocumentInspectorXpc.TYPE);
    launchd = instance.open(LaunchControlXpc.TYPE);
  }

  /**
   * @param socket in the run folder of the instance
   */
  static InstanceInspectors connect(Path socket, Sharing sharing) {
    return new InstanceInspectors(Instance.connect(socket), sharing);
  }

  @Override
  public DocumentInspector within(Duration deadline) {
    return inspector.proxy(deadline);
  }

  private Status status() {
    return launchd.proxy(PATIENCE).status();
  }

  private static Optional<JobStatus> job(Status status) {
    return status.jobs().stream()
        .filter(job -> job.services().contains(DocumentInspectorXpc.TYPE.name()))
        .findFirst();
  }

  /** The one that waits; the jobs of the demo are of one class. */
  private static Optional<String> waiting(Status status) {
    return status.spares().spares().stream()
        .filter(spare -> spare.stage() == SpareStage.WAITING)
        .map(Spare::task)
        .findFirst();
  }

  @Override
  public Counts counts() {
    return job(status()).map(InstanceInspectors::counts).orElse(new Counts(0, 0));
  }

  @Override
  public boolean spareWaits() {
    Status status = status();
    return waiting(status).isPresent()
        && job(status).filter(job -> job.state() == JobState.IDLE).isPresent();
  }

  @Override
  public OptionalLong firstReplyFromSpare() {
    Optional<JobStatus> job = job(status());
    if (sharing == Sharing.SHARED || job.isEmpty()) {
      return OptionalLong.empty();
    }
    launchd.proxy(PATIENCE).stop(job.get().label());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!spareWaits()) {
      if (System.nanoTime() - end > 0) {
        return OptionalLong.empty();
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    Optional<String> spare = waiting(status());
    long start = System.nanoTime();
    int version = inspector.proxy(PATIENCE).version();
    long nanos = System.nanoTime() - start;
    boolean used = version > 0 && job(status()).flatMap(JobStatus::task).equals(spare);
    return used ? OptionalLong.of(nanos) : OptionalLong.empty();
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
