// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.interfaces.launchd.Spare;
import org.portunus.interfaces.launchd.SpareStage;
import org.portunus.interfaces.launchd.Status;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import portunus.launched.Launched;
import portunus.launched.LaunchedXpc;

/** A private instance in which the bundle is launched over and over. */
final class LaunchSite implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final int EXPECTED = 120;

  private final PrivateInstance instance;
  private final Instance client;
  private final ServiceConnection<LaunchControl> launchd;

  private LaunchSite(PrivateInstance instance) {
    this.instance = instance;
    this.client = Instance.connect(instance.socket());
    this.launchd = client.open(LaunchControlXpc.TYPE);
  }

  /**
   * @param spares most at once
   */
  static LaunchSite start(Installation installation, LaunchGround ground, int spares)
      throws IOException {
    return new LaunchSite(
        PrivateInstance.start(installation, ground.jobs(), ground.bundles(), spares));
  }

  private Status await(Predicate<Status> condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      Status status = launchd.proxy(PATIENCE).status();
      if (condition.test(status)) {
        return status;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_NANOS);
    }
    throw new IllegalStateException("the instance is not as wanted within " + PATIENCE);
  }

  private static JobStatus job(Status status) {
    return status.jobs().getFirst();
  }

  private static Optional<Spare> waiting(Status status) {
    return status.spares().spares().stream()
        .filter(spare -> spare.stage() == SpareStage.WAITING)
        .findFirst();
  }

  /** Nanoseconds of a first call that starts the service from nothing. */
  long cold() throws InterruptedException {
    return launch(await(LaunchSite::isIdle));
  }

  /** Nanoseconds of a first call that a spare answers. */
  long fromSpare() throws InterruptedException {
    Status before = await(status -> isIdle(status) && waiting(status).isPresent());
    String spare = waiting(before).orElseThrow().task();
    long nanos = launch(before);
    Status after = launchd.proxy(PATIENCE).status();
    if (!job(after).task().equals(Optional.of(spare))) {
      throw new IllegalStateException("the task is " + job(after).task() + ", not " + spare);
    }
    return nanos;
  }

  private static boolean isIdle(Status status) {
    return job(status).state() == JobState.IDLE && job(status).identity().isPresent();
  }

  private long launch(Status before) {
    if (!isIdle(before)) {
      throw new IllegalStateException("the service runs already");
    }
    try (ServiceConnection<Launched> service = client.open(LaunchedXpc.TYPE)) {
      long start = System.nanoTime();
      int sum = service.proxy(PATIENCE).sum();
      long nanos = System.nanoTime() - start;
      if (sum != EXPECTED) {
        throw new IllegalStateException("the sum is " + sum);
      }
      return nanos;
    }
  }

  /** Ends the service. */
  void stop() throws InterruptedException {
    launchd.proxy(PATIENCE).stop(LaunchGround.LABEL);
    Status unusedIdle = await(LaunchSite::isIdle);
  }

  /** Waits for the next spare, so that its start disturbs no other measurement. */
  void awaitSpare() throws InterruptedException {
    Status unusedStatus = await(found -> waiting(found).isPresent());
  }

  /** PSS in bytes of a spare that has waited for a while, as most of a spare's life is. */
  long spareMemory() throws IOException, InterruptedException {
    awaitSpare();
    TimeUnit.NANOSECONDS.sleep(SETTLED_NANOS);
    Status status = await(found -> waiting(found).isPresent());
    return new Pss(instance).ofTask(status, waiting(status).orElseThrow().task());
  }

  /** PSS in bytes of the kernel task and launchd. */
  long systemMemory() throws IOException {
    Status status = launchd.proxy(PATIENCE).status();
    Pss pss = new Pss(instance);
    return pss.ofKernel() + pss.ofTask(status, status.instance().launchd());
  }

  @Override
  public void close() throws IOException {
    launchd.close();
    client.close();
    instance.close();
  }
}
