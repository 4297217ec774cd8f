// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.EventIds;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.abi.time.Patience;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.entry.EntryFailure;
import org.portunus.linux.entry.EntryImage;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.entry.EntryValue;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.ProcessWatch;
import org.portunus.linux.process.ResourceLimit;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.Spawn;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.limits.CgroupSite;
import org.portunus.security.sandbox.limits.CgroupTree;
import org.portunus.security.sandbox.limits.UidRange;
import org.portunus.security.sandbox.limits.UidReservation;

/**
 * The start of the kernel task in the instance's namespaces, and what of the host it takes for the
 * instance's time: as root a part of the uid range, and control groups where there is a place.
 *
 * <p>bubblewrap executes the entry, which as root mounts the namespace's own /proc (bubblewrap's
 * would carry covers that a sandbox's own /proc may not be mounted beside), gives up the
 * capabilities for that, and executes the JVM.
 */
final class KernelLaunch implements AutoCloseable {
  /** Where the kernel task finds its channel to the broker. */
  static final int CHANNEL = 3;

  private static final int ENTRY_IMAGE = 4;
  private static final int REPORT = 5;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int CAP_SETPCAP = 8;
  private static final Set<Integer> KEPT_CAPABILITIES =
      Set.of(5, 6, 7, 19, 24); // KILL, SETGID, SETUID, SYS_PTRACE, SYS_RESOURCE
  private static final Path LAST_CAPABILITY = Path.of("/proc/sys/kernel/cap_last_cap");
  private static final long MS_NOSUID_NODEV_NOEXEC = 2 | 4 | 8;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final long LAST_DESCRIPTOR = 0xffffffffL;
  private static final long BUSY_NANOS = 5_000_000;
  private static final Path RESERVATIONS = Path.of("/run/portunus");
  private static final List<Path> BUBBLEWRAP =
      List.of(Path.of("/usr/bin/bwrap"), Path.of("/usr/local/bin/bwrap"));
  private static final Duration LAST_PROCESSES = Patience.ofThisProcess().of(Duration.ofSeconds(1));

  private final Child child;
  private final Descriptor report;
  private final Optional<UidReservation> uids;
  private final Optional<CgroupTree> groups;

  private KernelLaunch(
      Child child, Descriptor report, Optional<UidReservation> uids, Optional<CgroupTree> groups) {
    this.child = child;
    this.report = report;
    this.uids = uids;
    this.groups = groups;
  }

  /**
   * Starts it; the calling thread must live as long as the instance.
   *
   * @param socket the kernel task's end of the channel
   * @param log opened for appending
   */
  static KernelLaunch start(InstanceSettings settings, Descriptor socket, Descriptor log)
      throws IOException {
    InstanceSandbox.Identity identity = InstanceSandbox.Identity.of(ThisProcess.effectiveUid());
    Optional<UidReservation> uids = Optional.empty();
    if (identity == InstanceSandbox.Identity.ROOT) {
      uids = Optional.of(UidReservation.claim(UidRange.RESERVED, Path.of("/etc"), RESERVATIONS));
    }
    Optional<CgroupTree> groups = createGroups(settings, log);
    EntryTable table = entry(settings, identity, uids.map(UidReservation::range), groups);
    try (MemoryFile image = MemoryFile.sealedCopy("portunus-entry", EntryImage.emit(table));
        Pipe pipe = Pipe.create()) {
      Child child =
          Spawn.of(
                  bubblewrap().toString(),
                  InstanceSandbox.arguments(
                      settings,
                      identity,
                      ENTRY_IMAGE,
                      groups.map(CgroupTree::folders).orElse(Set.of())))
              .descriptor(log, 1)
              .descriptor(log, 2)
              .descriptor(socket, CHANNEL)
              .descriptor(image.descriptor(), ENTRY_IMAGE)
              .descriptor(pipe.writer(), REPORT)
              .start();
      return new KernelLaunch(child, pipe.reader().duplicate(), uids, groups);
    }
  }

  static Path bubblewrap() {
    return BUBBLEWRAP.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.MACHINE, "bubblewrap is missing: apt-get install bubblewrap"));
  }

  /** Without them resource limits stand in; the log tells what was made, or why nothing was. */
  private static Optional<CgroupTree> createGroups(InstanceSettings settings, Descriptor log)
      throws IOException {
    CgroupSite site = CgroupSite.here(ThisProcess.effectiveUid());
    Optional<CgroupTree> groups = Optional.empty();
    String told;
    try {
      groups = CgroupTree.create(site, settings.instance().toString());
      told = groups.map(CgroupTree::told).orElseGet(() -> "none: " + whyNone(site));
    } catch (IOException refused) {
      told = "none: " + refused.getMessage();
    }
    record(log, settings, LogEvent.of("instance.groups").with("what", told));
    return groups;
  }

  /** Writes an event of the broker; one at a time, so the clock alone makes its id. */
  static void record(Descriptor log, InstanceSettings settings, LogEvent event)
      throws LinuxException {
    EventIds ids =
        new EventIds(settings.instance().epoch(), EventIds.Writer.BROKER, System::nanoTime);
    String text = event.with(ids.next()).text();
    log.writeFully(LogLine.now("broker", Optional.empty(), LogLine.Level.EVENT, text).toBytes());
  }

  private static String whyNone(CgroupSite site) {
    return site instanceof CgroupSite.None none ? none.why() : "";
  }

  private static EntryTable entry(
      InstanceSettings settings,
      InstanceSandbox.Identity identity,
      Optional<UidRange> uids,
      Optional<CgroupTree> groups)
      throws IOException {
    EntryTable table = EntryTable.reportingTo(REPORT);
    table.control(ThisProcess.PR_SET_PDEATHSIG, Signal.KILL);
    if (identity == InstanceSandbox.Identity.ROOT) {
      table.mount("proc", "/proc", "proc", MS_NOSUID_NODEV_NOEXEC, "");
      dropCapabilities(table);
    }
    table.noNewPrivileges();
    table.limit(ResourceLimit.CORE, 0, 0);
    table.call(
        Call.CLOSE_RANGE,
        EntryValue.of(CHANNEL + 1),
        EntryValue.of(LAST_DESCRIPTOR),
        EntryValue.of(CLOSE_RANGE_CLOEXEC));
    List<String> java = java(settings, uids, groups);
    return table.execute(java.getFirst(), java, List.of("LC_ALL=C.UTF-8", "TZ=UTC"));
  }

  /**
   * All but those that the kernel task keeps: bubblewrap leaves the bounding set as it is, and
   * where root itself lacks one that is asked for, also the others.
   */
  private static void dropCapabilities(EntryTable table) throws IOException {
    int last;
    // In one read: a second one of a number in /proc/sys gets nothing.
    try (InputStream file = Files.newInputStream(LAST_CAPABILITY)) {
      last = Integer.parseInt(new String(file.readNBytes(16), StandardCharsets.US_ASCII).strip());
    }
    for (int capability = 0; capability <= last; capability++) {
      if (!KEPT_CAPABILITIES.contains(capability) && capability != CAP_SETPCAP) {
        table.control(PR_CAPBSET_DROP, capability);
      }
    }
    table.control(PR_CAPBSET_DROP, CAP_SETPCAP);
  }

  private static List<String> java(
      InstanceSettings settings, Optional<UidRange> uids, Optional<CgroupTree> groups) {
    List<String> command = new ArrayList<>();
    command.add(InstanceSandbox.JDK + "/bin/java");
    command.addAll(
        List.of(
            "-XX:InitialHeapSize=6m",
            "-XX:MinHeapSize=2m",
            "-XX:NewSize=1m",
            "-XX:StringTableSize=2048",
            "-Xmx192m",
            "-XX:TrimNativeHeapInterval=10000",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+ErrorFileToStderr",
            "-XX:+ExitOnOutOfMemoryError",
            Patience.ofThisProcess().option(),
            "--enable-native-access=org.portunus.linux",
            "--illegal-native-access=deny",
            "--module-path",
            InstanceSandbox.SYSTEM + "/task:" + InstanceSandbox.SYSTEM + "/kernel",
            "--module",
            "org.portunus.kernel/org.portunus.kernel.KernelTask"));
    command.add(settings.instance().toString());
    command.add(uids.map(range -> range.first() + ":" + range.size()).orElse("none"));
    command.add(Integer.toString(settings.spares()));
    command.add(groups.map(CgroupTree::toText).orElse("none"));
    return command;
  }

  Child child() {
    return child;
  }

  /** Why the kernel task did not start, if its entry says so. */
  Optional<String> failure() throws LinuxException {
    LinuxException.check("fcntl F_SETFL", report.setStatusFlags(OpenFlag.NON_BLOCKING));
    try {
      return EntryFailure.decode(report.readFully(EntryFailure.SIZE)).map(EntryFailure::toString);
    } catch (LinuxException empty) {
      return Optional.empty();
    }
  }

  /** Ends the instance if it still runs, and gives back what it took of the host. */
  @Override
  public void close() throws IOException {
    if (child.poll().isEmpty()) {
      // ESRCH says that it has ended meanwhile, which await() then tells.
      child.signal(Signal.KILL);
      child.await();
    }
    child.close();
    report.close();
    if (groups.isPresent()) {
      removeGroups(groups.get());
    }
    if (uids.isPresent()) {
      uids.get().close();
    }
  }

  /** Waits for the last processes of the instance, which may still be ending, but not for ever. */
  private static void removeGroups(CgroupTree groups) throws IOException {
    long end = System.nanoTime() + LAST_PROCESSES.toNanos();
    boolean gone = groups.removeAll();
    while (!gone && System.nanoTime() - end < 0) {
      Set<Integer> last = groups.processes();
      for (int pid : last) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        ProcessWatch.awaitEnd(pid, (int) Math.max(0, left));
      }
      if (last.isEmpty()) {
        // A group is busy for a moment longer than it lists processes.
        LockSupport.parkNanos(BUSY_NANOS);
      }
      gone = groups.removeAll();
    }
  }
}
