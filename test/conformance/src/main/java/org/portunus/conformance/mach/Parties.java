// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.suite.Row.same;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.time.Patience;
import org.portunus.conformance.suite.Setting;
import org.portunus.conformance.suite.TaskSource;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.xpc.Instance;
import org.portunus.tool.instance.PrivateInstance;
import portunus.probe.mach.MachRefusal;
import portunus.probe.mach.MachTask;
import portunus.probe.mach.MachTaskService;
import portunus.probe.mach.MachTaskXpc;

/**
 * The tasks of one row with several. As threads they are kernel sockets of this process, which a
 * service introduces to each other; as processes they are services in their sandboxes, which look
 * each other up.
 */
final class Parties implements AutoCloseable {
  private static final Duration DEADLINE = Patience.ofThisProcess().of(Duration.ofSeconds(60));
  private static final int DEATH_SECONDS = 20 * Patience.ofThisProcess().factor();

  private final TaskSource source;
  private final Setting setting;
  private final Instance client;
  private final List<Party> members = new ArrayList<>();

  Parties(TaskSource source, Setting setting) {
    this.source = source;
    this.setting = setting;
    this.client = Instance.connect(source.instance().socket());
  }

  Setting setting() {
    return setting;
  }

  /** Puts what was measured into the row's report. */
  void measured(String figure) {
    source.measured(figure);
  }

  /** One more task; at most three. It knows those before it, and they it. */
  Party join() throws MachRefusal {
    int number = members.size();
    Party party =
        switch (setting) {
          case THREADS -> thread();
          case PROCESSES -> process(ProbeJobs.LABELS.get(number));
          case OBJECT -> throw new IllegalArgumentException("no kernel sockets in this setting");
        };
    for (int other = 0; other < number; other++) {
      introduce(other, members.get(other), number, party);
    }
    members.add(party);
    return party;
  }

  private Party thread() throws MachRefusal {
    KernelSocket socket = source.task();
    return new Party(new MachTaskService(socket), socket::close);
  }

  private Party process(String label) throws MachRefusal {
    MachTask task = service(label);
    task.door(ProbeJobs.door(label));
    return new Party(task, () -> kill(label));
  }

  private MachTask service(String label) {
    return client.open(MachTaskXpc.TYPE, label).proxy(DEADLINE);
  }

  /** Whether the party that joined so late has control groups of its own. */
  boolean hasGroups(int number) throws Exception {
    long pid = process(source.instance(), ProbeJobs.LABELS.get(number)).pid();
    return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup")).contains("/portunus-");
  }

  private ProcessHandle process(PrivateInstance instance, String label) throws Exception {
    LaunchControl control = client.open(LaunchControlXpc.TYPE).proxy(DEADLINE);
    int pid =
        control.status().jobs().stream()
            .filter(job -> job.label().equals(label))
            .mapToInt(JobStatus::pid)
            .findFirst()
            .orElseThrow();
    return instance.process(pid).orElseThrow();
  }

  /** The pid on the host of a task that is a process. */
  long processOf(Party party) throws Exception {
    return process(source.instance(), ProbeJobs.LABELS.get(members.indexOf(party))).pid();
  }

  /** Waits until Linux says that a process is in this state, proc(5). */
  static void awaitState(long pid, char state) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    long end = System.nanoTime() + DEADLINE.toNanos();
    char found = 0;
    while (System.nanoTime() < end) {
      String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
      found = text.charAt(text.lastIndexOf(')') + 2);
      if (found == state) {
        return;
      }
      Thread.onSpinWait();
    }
    same("state of a process", state, found);
  }

  private void kill(String label) throws Exception {
    ProcessHandle process = process(source.instance(), label);
    same("killed", true, process.destroyForcibly());
    process.onExit().get(DEATH_SECONDS, TimeUnit.SECONDS);
  }

  private void introduce(int number, Party first, int otherNumber, Party second)
      throws MachRefusal {
    switch (setting) {
      case PROCESSES -> {
        String label = ProbeJobs.LABELS.get(otherNumber);
        int bare = first.task().lookUp(ProbeJobs.door(label));
        int name = second.task().door(ProbeJobs.door(label));
        tell(first, bare, first.door());
        second.introduce(first, second.receive(name).ports().getFirst().name());
        first.task().deallocate(bare);
      }
      case THREADS, OBJECT -> {
        // Programs outside have no names that others could look up: a service forwards the right.
        String label = ProbeJobs.LABELS.getFirst();
        MachTask between = service(label);
        int door = between.door(ProbeJobs.door(label));
        Party forwarder = new Party(between, () -> {});
        int toFirst = handOver(first, forwarder, door, label);
        int toSecond = handOver(second, forwarder, door, label);
        same(
            "forward",
            KernReturn.SUCCESS,
            forwarder.send(as(toSecond, MOVE_SEND), number, as(toFirst, MOVE_SEND)));
        forwarder.leave();
        second.introduce(first, second.receive(second.door()).ports().getFirst().name());
      }
    }
    tell(second, second.to(first), second.door());
    first.introduce(second, first.receive(first.door()).ports().getFirst().name());
  }

  private static int handOver(Party from, Party to, int door, String label) throws MachRefusal {
    int bare = from.task().lookUp(ProbeJobs.door(label));
    tell(from, bare, from.door());
    from.task().deallocate(bare);
    return to.receive(door).ports().getFirst().name();
  }

  private static void tell(Party from, int destination, int door) {
    same(
        "introduction",
        KernReturn.SUCCESS,
        from.send(as(destination, COPY_SEND), 1, as(door, MAKE_SEND)));
  }

  @Override
  public void close() throws MachRefusal {
    try {
      for (Party member : members) {
        member.leave();
      }
    } finally {
      client.close();
    }
  }
}
