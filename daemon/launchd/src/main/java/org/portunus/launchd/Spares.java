// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.LaunchClass;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.TaskExit;
import org.portunus.abi.wire.WireReader;
import org.portunus.launchd.log.StreamPump;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;

/**
 * Carries out what the {@link SpareTable} decides: asks the kernel for spares and hears of them.
 *
 * <p>Not thread-safe: the supervisor's thread.
 */
final class Spares {
  private static final String LABEL = "spare";
  private static final CodeIdentity NO_CODE = CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
  private static final int UNUSED_MILLIS = 1;

  private final SpareTable pool;
  private final PortName reply;
  private final HostPort host;
  private final StreamPump pump;
  private final JobLog log;

  /**
   * @param reply receive right that the kernel's answers come to
   */
  Spares(SpareTable pool, PortName reply, HostPort host, StreamPump pump, JobLog log) {
    this.pool = pool;
    this.reply = reply;
    this.host = host;
    this.pump = pump;
    this.log = log;
  }

  SpareTable pool() {
    return pool;
  }

  PortName reply() {
    return reply;
  }

  /** Launches like this are likely. Files are mounted at the start, so no spare has any. */
  void want(LaunchRecord launch) {
    if (launch.files().isEmpty()) {
      pool.want(LaunchClass.of(launch));
    }
  }

  /** A spare for a launch that happens now. */
  Optional<SpareTable.Taken> take(LaunchRecord launch) {
    want(launch);
    pool.launching();
    return !launch.files().isEmpty() ? Optional.empty() : pool.take(LaunchClass.of(launch));
  }

  OptionalLong wakeAt() {
    return pool.wakeAt();
  }

  /** Asks for what is due. */
  void refill() {
    pool.due().ifPresent(this::prepare);
  }

  private void prepare(LaunchClass kind) {
    try {
      pool.asked(kind, new StreamPump.Owner(LABEL));
      host.prepare(record(kind), reply);
    } catch (PortunusException | KernelResultException failure) {
      refused(String.valueOf(failure.getMessage()));
    }
  }

  private static LaunchRecord record(LaunchClass kind) {
    return new LaunchRecord(
        LABEL,
        LABEL,
        NO_CODE,
        new LaunchRecord.Limits(
            kind.heapMiB(),
            kind.memoryMiB(),
            kind.processes(),
            kind.cpuSeconds(),
            kind.descriptors(),
            UNUSED_MILLIS,
            UNUSED_MILLIS),
        kind.modules(),
        List.of(),
        kind.mode());
  }

  /** The kernel's answer to the one request that is open. */
  void answered(MachMessage answer) {
    try {
      StreamPump.Owner owner = pool.started(HostPort.spawnedTask(answer));
      pump.read(owner, HostPort.output(answer));
    } catch (PortunusException refusal) {
      refused(String.valueOf(refusal.getMessage()));
    }
  }

  private void refused(String why) {
    Duration pause = pool.refused();
    log.note(LogEvent.of("spare.failed").with("pause", pause.toMillis()).with("why", why));
  }

  /** SPARE_READY. */
  void ready(MachMessage message) throws MalformedFrameException {
    WireReader in = new WireReader(message.content().data());
    long task = in.i64("task");
    in.end();
    if (pool.ready(task)) {
      log.note(LogEvent.of("spare.ready").with("task", log.id(task)));
    }
  }

  /** Whether the task that ended was a spare. */
  boolean exited(TaskExit exit) {
    Optional<Duration> pause = pool.ended(exit.task());
    pause.ifPresent(time ->
        log.note(
            LogEvent.of("spare.end")
                .because(exit.event())
                .with("task", log.id(exit.task()))
                .with("status", exit.exitCode())
                .with("signal", exit.signal())
                .with("pause", time.toMillis())
                .with("why", exit.reason())));
    return pause.isPresent();
  }
}
