// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.kill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.tool.instance.PrivateInstance;
import portunus.example.inspector.DocumentInspector;

/** Kills the service again and again, at random moments of calls. For one thread. */
final class Killer {
  /** Longest time from the begin of a call to a kill: long documents die in the middle. */
  private static final long MOST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * One kill.
   *
   * @param sent just before the signal
   * @param dead when the process was surely gone
   * @param answered when the next process had answered its first call
   */
  record Kill(long sent, long dead, long answered) {}

  private final PrivateInstance instance;
  private final LaunchControl launchd;
  private final DocumentInspector inspector;
  private final CallLog calls;
  private final Random random;
  private final List<Kill> kills = new ArrayList<>();

  Killer(
      PrivateInstance instance,
      LaunchControl launchd,
      DocumentInspector inspector,
      CallLog calls,
      long seed) {
    this.instance = instance;
    this.launchd = launchd;
    this.inspector = inspector;
    this.calls = calls;
    this.random = new Random(seed);
  }

  List<Kill> kills() {
    return kills;
  }

  /** Kills so often; the consumer hears of each. */
  void run(int rounds, IntConsumer progress) throws InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      ProcessHandle service = awaitService();
      while (!calls.awaitCall(LOOK)) {
        if (!instance.isAlive()) {
          throw new PortunusException(ErrorCode.INSTANCE_ENDED, "the instance died meanwhile");
        }
      }
      calls.pass((long) (random.nextDouble() * MOST_DELAY_NANOS));
      long sent = System.nanoTime();
      if (!service.destroyForcibly()) {
        throw new IllegalStateException("the service can't be killed");
      }
      service.onExit().join();
      long dead = System.nanoTime();
      kills.add(new Kill(sent, dead, firstAnswer()));
      progress.accept(round);
    }
  }

  private long firstAnswer() {
    while (true) {
      try {
        inspector.version();
        return System.nanoTime();
      } catch (PortunusException died) {
        if (died.code() != ErrorCode.INTERRUPTED) {
          throw died;
        }
      }
    }
  }

  private ProcessHandle awaitService() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      Optional<ProcessHandle> process = job(launchd).flatMap(job -> instance.process(job.pid()));
      if (process.filter(ProcessHandle::isAlive).isPresent()) {
        return process.get();
      }
      calls.pass(TimeUnit.MILLISECONDS.toNanos(1));
    }
    throw new IllegalStateException("the service did not start within " + PATIENCE);
  }

  /** The inspector's job while it has a task. */
  static Optional<JobStatus> job(LaunchControl launchd) {
    return launchd.status().jobs().stream()
        .filter(job -> job.label().equals(KillRun.LABEL))
        .findFirst();
  }
}
