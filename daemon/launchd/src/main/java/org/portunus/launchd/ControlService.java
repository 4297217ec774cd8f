// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogText;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.NameList;
import org.portunus.abi.wire.TaskLoads;
import org.portunus.abi.wire.TraceList;
import org.portunus.abi.wire.TraceQuestion;
import org.portunus.interfaces.launchd.Instance;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.PortPage;
import org.portunus.interfaces.launchd.Route;
import org.portunus.interfaces.launchd.Spare;
import org.portunus.interfaces.launchd.SparePool;
import org.portunus.interfaces.launchd.SpareStage;
import org.portunus.interfaces.launchd.Status;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.interfaces.launchd.TracePage;
import org.portunus.interfaces.launchd.Traffic;
import org.portunus.system.port.KernelGreeting;

/** What administrators ask and order, carried out on the supervisor's thread. */
final class ControlService implements LaunchControl {
  private static final String BY = "control";
  private static final int PAGE = 250;

  private final Supervisor supervisor;
  private final HostPort host;
  private final KernelGreeting greeting;
  private final Instant startTime;

  ControlService(Supervisor supervisor, HostPort host, KernelGreeting greeting, Instant startTime) {
    this.supervisor = supervisor;
    this.host = host;
    this.greeting = greeting;
    this.startTime = startTime;
  }

  @Override
  public Status status() {
    return supervisor.call(() -> {
      KernelCounts counts = host.counts();
      Instance instance =
          new Instance(
              greeting.instance().toString(),
              greeting.task().epoch(),
              greeting.task().toString(),
              startTime,
              counts(counts));
      List<JobStatus> jobs = supervisor.jobs().stream().map(job -> status(job, counts)).toList();
      return new Status(instance, jobs, spares());
    });
  }

  private SparePool spares() {
    SpareTable pool = supervisor.spares().pool();
    List<Spare> spares =
        pool.views().stream()
            .map(view ->
                new Spare(
                    supervisor.log().id(view.task()).toString(),
                    view.kind().toString(),
                    SpareStage.valueOf(view.stage().name())))
            .toList();
    return new SparePool(pool.most(), pool.failures(), spares);
  }

  private JobStatus status(ManagedJob job, KernelCounts counts) {
    OptionalLong task = job.life().task();
    Optional<KernelCounts.TaskCounts> known =
        counts.tasks().stream()
            .filter(each -> task.equals(OptionalLong.of(each.task())))
            .findFirst();
    return job.status(
        greeting.task().epoch(),
        known.map(KernelCounts.TaskCounts::pid).orElse(0),
        known.map(KernelCounts.TaskCounts::uid).orElse(-1));
  }

  @Override
  public InstanceCounts counts() {
    return supervisor.call(() -> counts(host.counts()));
  }

  /** The kernel takes its time, which must not be the supervisor's. */
  @Override
  public Load load() {
    TaskLoads loads = host.loads();
    return supervisor.call(() ->
        LoadView.of(
            greeting,
            host.counts(),
            loads,
            supervisor.jobs().stream().map(ManagedJob::load).toList()));
  }

  @Override
  public PortPage ports(int after) {
    return supervisor.call(() -> {
      PortView view = new PortView(supervisor.log()::id, host.counts());
      // launchd is the first task: its own names are the first.
      view.learn(greeting.task().counter(), host.names(0).entries(), supervisor.serviceNames());
      NameList names = host.names(Math.max(0, after));
      List<NameList.Entry> some =
          names.entries().subList(0, Math.min(PAGE, names.entries().size()));
      return new PortPage(
          some.stream().map(view::entry).toList(),
          names.more() || some.size() < names.entries().size());
    });
  }

  private InstanceCounts counts(KernelCounts counts) {
    return new InstanceCounts(
        counts.ports(),
        counts.connections(),
        counts.queuedMessages(),
        counts.descriptors(),
        counts.tasks().stream()
            .map(t ->
                new TaskCounts(
                    new TaskId(greeting.task().epoch(), t.task()).toString(),
                    t.kind(),
                    t.label(),
                    t.pid(),
                    t.uid(),
                    t.names(),
                    t.connections()))
            .toList());
  }

  @Override
  public List<Link> links() {
    List<Link> all = new ArrayList<>();
    LinkList some;
    do {
      long after = all.isEmpty() ? 0 : all.getLast().connection();
      some = supervisor.call(() -> host.links(after));
      some.links().stream().map(this::link).forEach(all::add);
    } while (some.more());
    return all;
  }

  private Link link(LinkList.Entry entry) {
    return new Link(
        entry.connection(),
        text(entry.client()),
        entry.clientLabel(),
        entry.service() == 0 ? "" : text(entry.service()),
        entry.serviceLabel(),
        entry.capacity(),
        Duration.ofNanos(entry.ageNanos()).toMillis(),
        LinkState.valueOf(entry.state().name()),
        traffic(entry.toService()),
        traffic(entry.toClient()));
  }

  private static Traffic traffic(LinkList.Traffic carried) {
    return new Traffic(carried.frames(), carried.bytes());
  }

  private String text(long task) {
    return new TaskId(greeting.task().epoch(), task).toString();
  }

  @Override
  public void revokeLink(long connection) {
    boolean revoked = supervisor.call(() -> host.revokeLink(connection, "ordered by " + BY));
    if (!revoked) {
      throw new PortunusException(ErrorCode.INVALID, "connection " + connection + " has no link");
    }
  }

  @Override
  public int setRoute(String service, Route route) {
    return supervisor.call(() ->
        supervisor.setRoute(port(service), org.portunus.abi.wire.Route.valueOf(route.name())));
  }

  @Override
  public List<String> relayedServices() {
    return supervisor.call(() ->
        supervisor.jobs().stream()
            .flatMap(job -> job.ports().stream())
            .filter(port -> port.route() == org.portunus.abi.wire.Route.RELAYED)
            .map(ServicePort::service)
            .sorted()
            .toList());
  }

  private ServicePort port(String service) {
    return supervisor
        .service(service)
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.NAME_UNKNOWN, "no job offers " + LogText.escape(service)));
  }

  @Override
  public String debugger(String name) {
    return supervisor.call(() -> debuggerOf(name));
  }

  private String debuggerOf(String name) {
    ManagedJob job =
        supervisor
            .byLabel(name)
            .or(() -> supervisor.byService(name))
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.NAME_UNKNOWN, "no job is or offers " + LogText.escape(name)));
    String label = job.life().label();
    return job.life()
        .plist()
        .debugger()
        .map(LaunchRecord.OfferedService::name)
        .orElseThrow(() -> {
          String why = "the job " + label + " is not in development mode";
          Optional<EventId> told =
              supervisor
                  .log()
                  .noteRefusal(
                      label, LogEvent.of("debug.refuse").with("label", label).with("reason", why));
          return new PortunusException(
              ErrorCode.DEBUG_REFUSED, told.map(id -> id.behind(why)).orElse(why));
        });
  }

  @Override
  public TracePage trace(long after, String task, int message) {
    long wanted = TraceView.task(task, greeting.task().epoch());
    TraceList found = host.trace(new TraceQuestion(after, wanted, message));
    if (found.entries().isEmpty()) {
      return new TracePage(found.next(), found.lost(), found.more(), List.of());
    }
    return supervisor.call(
        () -> new TraceView(greeting.task(), host.counts(), supervisor.serviceNames()).of(found));
  }

  @Override
  public void kick(String label) {
    Object unusedDone =
        supervisor.call(() -> {
          ManagedJob job = job(label);
          if (job.life().state() == JobState.DISABLED) {
            throw new PortunusException(
                ErrorCode.LAUNCH_FAILED, label + " is disabled by its property list");
          }
          supervisor.apply(job, job.life().kick(BY));
          return Boolean.TRUE;
        });
  }

  @Override
  public void stop(String label) {
    Object unusedDone =
        supervisor.call(() -> {
          ManagedJob job = job(label);
          supervisor.apply(job, job.life().stop(BY));
          return Boolean.TRUE;
        });
  }

  private ManagedJob job(String label) {
    return supervisor
        .byLabel(label)
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.NAME_UNKNOWN, "no job has the label " + LogText.escape(label)));
  }
}
