// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.time.Patience;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.LaunchMode;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.LaunchPlan;
import org.portunus.security.sandbox.LaunchRequest;
import org.portunus.security.sandbox.SandboxHost;
import org.portunus.security.sandbox.SandboxProfile;
import org.portunus.security.sandbox.limits.CgroupTree;
import org.portunus.security.sandbox.limits.SandboxIdentity;
import org.portunus.security.sandbox.limits.UidLease;

/**
 * What each sandbox of the instance is made with: a leased identity and control groups where there
 * are such, and its plan.
 *
 * <p>Lock: none; the loop.
 */
public final class Sandboxes {
  private static final String SERVICE_MAIN = "org.portunus.system/org.portunus.system.start.Start";
  private static final String SPARE_ARGUMENT = "spare";
  private static final String LAUNCHD_MAIN = "org.portunus.launchd/org.portunus.launchd.Launchd";
  private static final int LANDLOCK_FOR_RIGHTS = 3;
  private static final int OVERFLOW_UID = 65534;
  private static final long MIB = 1L << 20;
  private static final long RETRY_NANOS = 50_000_000;
  private static final int RETRIES = 100;

  /** Linux counts the limit in ticks, which on a busy machine run ahead of the exit record. */
  private static final int CPU_PERCENT = 80;

  private final EventLoop loop;
  private final Launcher launcher;
  private final SandboxHost services;
  private final SandboxHost launchd;
  private final Optional<UidLease> leases;
  private final Optional<CgroupTree> groups;
  private final AotCaches caches;
  private final Optional<Weights> weights;

  /**
   * Makes the part.
   *
   * @param launcher whose thread does what touches files
   * @param services how services are started
   * @param launchd how launchd is started: it has more modules
   * @param leases empty without root
   * @param groups empty where there are no control groups to use
   * @param caches what services start from
   */
  public Sandboxes(
      EventLoop loop,
      Launcher launcher,
      SandboxHost services,
      SandboxHost launchd,
      Optional<UidLease> leases,
      Optional<CgroupTree> groups,
      AotCaches caches) {
    this.loop = loop;
    this.launcher = launcher;
    this.services = services;
    this.launchd = launchd;
    this.leases = leases;
    this.groups = groups;
    this.caches = caches;
    this.weights = groups.map(Weights::new);
  }

  /** A task works at this class from now on: its share of the processors, where groups give it. */
  public void weigh(String task, Qos qos) {
    weights.ifPresent(known -> known.set(task, qos));
  }

  /** What the hello of this kernel offers for its sandboxes. */
  public long features() {
    return services.landlock() >= LANDLOCK_FOR_RIGHTS ? Hello.DIRECT_FILE_RIGHTS : 0;
  }

  /** The plan of a service. Makes its control groups: on the launcher's thread. */
  LaunchPlan service(
      String task, LaunchRecord record, Optional<SandboxIdentity> identity, RunningTask.Kind kind) {
    List<Path> folders = createGroups(task, record);
    LaunchRequest request =
        LaunchRequest.service(record, SERVICE_MAIN, identity, folders)
            .with(
                record.mode() == LaunchMode.ORDINARY
                    ? caches.of(record.modules())
                    : Optional.empty(),
                kind == RunningTask.Kind.SPARE ? List.of(SPARE_ARGUMENT) : List.of());
    return LaunchPlan.of(services, request);
  }

  /** The plan of launchd, likewise, which keeps so many spares at most. */
  LaunchPlan launchd(
      Tasks.Begin begin,
      LaunchRecord record,
      Optional<SandboxIdentity> identity,
      List<LaunchRequest.FolderGrant> folders,
      int spares) {
    LaunchRequest request =
        new LaunchRequest(
            SandboxProfile.DAEMON,
            record.limits(),
            record.modules(),
            LAUNCHD_MAIN,
            arguments(folders, spares, begin.event()),
            identity,
            createGroups(begin.task().toString(), record),
            folders);
    return LaunchPlan.of(launchd, request);
  }

  /**
   * The folders, how many spares at most, how patient to be, what recorded its start, then who may
   * own what is in them, as launchd's user namespace shows it: the broker has checked the real
   * owners, which show there as the overflow uid.
   */
  private static List<String> arguments(
      List<LaunchRequest.FolderGrant> folders, int spares, EventId begun) {
    List<String> arguments = new ArrayList<>();
    folders.forEach(folder -> arguments.add(folder.at().toString()));
    arguments.add(Integer.toString(spares));
    arguments.add(Integer.toString(Patience.ofThisProcess().factor()));
    arguments.add(begun.toString());
    arguments.add(Integer.toString(OVERFLOW_UID));
    arguments.add(Integer.toString(ThisProcess.uid()));
    return arguments;
  }

  /**
   * The identity of a new sandbox, held until {@link #release}; empty without root.
   *
   * @throws PortunusException LIMIT_TASKS
   */
  Optional<SandboxIdentity> lease() {
    if (leases.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        leases
            .get()
            .lease()
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.LIMIT_TASKS, "all uids of the reserved range are leased")));
  }

  private List<Path> createGroups(String task, LaunchRecord record) {
    LaunchRecord.Limits limits = record.limits();
    int shares = Weights.shares(record.qos().own());
    if (groups.isEmpty()) {
      return List.of();
    }
    try {
      return groups
          .get()
          .createTask(
              task, new CgroupTree.Limits(limits.memoryMiB() * MIB, limits.processes(), shares));
    } catch (IOException failure) {
      throw new PortunusException(ErrorCode.SANDBOX, String.valueOf(failure.getMessage()), failure);
    }
  }

  /**
   * Which limit ended a task that was killed by nobody's order: asked before {@link #release}. An
   * end that no limit explains is empty.
   */
  Optional<String> limitMet(String task, LaunchRecord.Limits limits, ExitRecord exit) {
    if (!isKill(exit.outcome())) {
      return Optional.empty();
    }
    Duration used = exit.userTime().plus(exit.systemTime());
    long limitMillis = Duration.ofSeconds(limits.cpuSeconds()).toMillis();
    if (used.toMillis() * 100 >= limitMillis * CPU_PERCENT) {
      return Optional.of(
          ErrorCode.LIMIT_CPU.dotted()
              + ": "
              + used.toMillis()
              + " ms of processor time, granted "
              + limitMillis);
    }
    try {
      if (groups.isPresent() && groups.get().memoryKills(task) > 0) {
        return Optional.of(ErrorCode.LIMIT_MEMORY.dotted() + ": " + limits.memoryMiB() + " MiB");
      }
    } catch (IOException unreadable) {
      return Optional.of("killed; its control group can't be read: " + unreadable.getMessage());
    }
    return Optional.empty();
  }

  /** bubblewrap tells a signal of its child as 128 and the number. */
  private static boolean isKill(ExitRecord.Outcome outcome) {
    return outcome.equals(new ExitRecord.Outcome.Exited(128 + Signal.KILL))
        || outcome.equals(new ExitRecord.Outcome.Killed(Signal.KILL));
  }

  /**
   * Takes back what a sandbox held, once its first process was reaped. The control groups are empty
   * a moment later, when the last process of its pid namespace is gone; only then the uid is free.
   */
  void release(String task, Optional<SandboxIdentity> identity) {
    release(task, identity, RETRIES);
  }

  private void release(String task, Optional<SandboxIdentity> identity, int tries) {
    launcher.run(() -> {
      boolean gone = groupsGone(task);
      loop.post(() -> {
        if (gone) {
          identity.ifPresent(leased -> leases.orElseThrow().giveBack(leased));
        } else if (tries > 0) {
          // SAFETY: a uid whose groups never empty stays leased for the instance's time.
          loop.after(RETRY_NANOS, () -> release(task, identity, tries - 1));
        }
      });
    });
  }

  private boolean groupsGone(String task) {
    try {
      return groups.isEmpty() || groups.get().removeTask(task);
    } catch (IOException busy) {
      return false;
    }
  }

  /** How many uids are leased. */
  int leased() {
    return leases.map(UidLease::leased).orElse(0);
  }
}
