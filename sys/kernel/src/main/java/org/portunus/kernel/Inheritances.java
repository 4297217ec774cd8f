// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.Inheritance;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.TaskExit;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Estate;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.object.Space;
import org.portunus.kernel.object.Task;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.TaskOutput;
import org.portunus.kernel.task.Tasks;

/**
 * What one launchd leaves to the next: its ports, the tasks that run, and the ends of tasks that it
 * has not taken note of.
 *
 * <p>Lock: none; the loop.
 */
final class Inheritances {
  /** Most ends that wait: nothing starts without launchd. */
  private static final int MAX_ENDS = Tasks.MAX_SERVICES;

  private final Ipc ipc;
  private final Estate estate;
  private final Listener listener;
  private final Map<Long, Left> ends = new LinkedHashMap<>();
  private int claimed;

  /** A task, and what it writes. */
  record Left(Inheritance told, TaskOutput output) {}

  /** How much a launchd took over: ports, tasks that run, ends of others. */
  record TakenOver(int ports, int tasks, int ends) {}

  /** Hears when a launchd has done so; the first one too, which finds nothing. */
  interface Listener {
    void tookOver(TakenOver what);
  }

  Inheritances(Ipc ipc, Estate estate, Listener listener) {
    this.ipc = ipc;
    this.estate = estate;
    this.listener = listener;
  }

  /** The task that was launchd is about to lose what it holds. */
  void takeOver(Task launchd) {
    claimed = 0;
    estate.takeOver(launchd);
  }

  /**
   * Only launchd has a right to the host port: a port that it can send to is as good as its own.
   */
  void keep(List<CarriedRight> ports, WireReader in) throws MalformedFrameException {
    boolean taken = false;
    try {
      String name = in.string("name", HostMessage.MAX_KEPT_NAME);
      in.end();
      if (ports.size() != 1 || ports.getFirst().kind() != RightKind.SEND) {
        throw new MalformedFrameException("one port is kept, named by a send right");
      }
      taken = true;
      KernReturn result = estate.keep(name, ports.getFirst());
      if (result != KernReturn.SUCCESS) {
        throw new PortunusException(ErrorCode.LIMIT_PORTS, name + " is not kept: " + result);
      }
    } finally {
      if (!taken) {
        ports.forEach(ipc::release);
      }
    }
  }

  /** Into launchd's space at once, so that no death between can lose a receive right. */
  void claim(Tasks tasks, WireReader in, WireWriter reply) throws MalformedFrameException {
    String name = in.string("name", HostMessage.MAX_KEPT_NAME);
    in.end();
    Space space = launchd(tasks);
    List<CarriedRight> rights = estate.claim(name);
    Route route =
        rights.stream()
            .findFirst()
            .flatMap(CarriedRight::port)
            .map(Port::route)
            .orElse(Route.DIRECT);
    Outcome<List<PortDescriptor>> inserted = space.insertAll(rights);
    if (inserted.value().isEmpty()) {
      rights.forEach(ipc::release);
      throw new PortunusException(ErrorCode.LIMIT_PORTS, name + ": " + inserted.result());
    }
    List<PortDescriptor> names = inserted.orElseThrow();
    claimed += names.isEmpty() ? 0 : 1;
    int known = names.isEmpty() ? 0 : names.getFirst().name();
    reply.i32(0).i32(known).u8(names.size() > 1 ? 1 : 0).u8(route.number());
  }

  private static Space launchd(Tasks tasks) {
    return tasks.all().stream()
        .filter(task -> task.kind() == RunningTask.Kind.LAUNCHD)
        .filter(task -> task.task().isAlive())
        .findFirst()
        .orElseThrow(() -> new PortunusException(ErrorCode.DENIED, "no launchd runs"))
        .task()
        .space();
  }

  /** Launchd has taken over what it wants. */
  void complete(Tasks tasks) {
    estate.giveUpRest();
    int running = left(tasks).size() - ends.size();
    listener.tookOver(new TakenOver(claimed, running, ends.size()));
  }

  /** The output becomes this object's. */
  void ended(RunningTask task, TaskExit exit) {
    LaunchRecord record = task.launch().orElseThrow().record();
    Inheritance told =
        new Inheritance(exit.task(), Inheritance.State.ENDED, record, Optional.of(exit));
    ends.put(exit.task(), new Left(told, task.output().orElseThrow()));
    if (ends.size() > MAX_ENDS) {
      seen(ends.keySet().iterator().next());
    }
  }

  void seen(long task) {
    Optional.ofNullable(ends.remove(task)).map(Left::output).ifPresent(TaskOutput::close);
  }

  /** What is left with the least number after this one. */
  Optional<Left> next(Tasks tasks, long after) {
    return Optional.ofNullable(left(tasks).higherEntry(after)).map(Map.Entry::getValue);
  }

  private NavigableMap<Long, Left> left(Tasks tasks) {
    NavigableMap<Long, Left> all = new TreeMap<>(ends);
    for (RunningTask task : tasks.all()) {
      if (task.kind() == RunningTask.Kind.SERVICE) {
        all.put(task.number(), new Left(told(task), task.output().orElseThrow()));
      }
    }
    return all;
  }

  private static Inheritance told(RunningTask task) {
    Inheritance.State state =
        switch (task.state()) {
          case LAUNCHED, GREETED, VERIFYING, WAITING -> Inheritance.State.STARTING;
          case RUNNING -> Inheritance.State.RUNNING;
          case DRAINING, ENDING, ENDED -> Inheritance.State.EXITING;
        };
    return new Inheritance(
        task.number(), state, task.launch().orElseThrow().record(), Optional.empty());
  }
}
