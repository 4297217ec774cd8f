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
import org.portunus.kernel.task.Tasks;

/**
 * What one launchd leaves to the next: its ports, the tasks that run, and the ends of tasks that it
 * has not taken note of.
 *
 * <p>Lock: none; the loop.
 */
final class Inheritances {
  /** Most ends that wait; services at once, and as many again. */
  private static final int MAX_ENDS = 2 * Tasks.MAX_SERVICES;

  private final Ipc ipc;
  private final Estate estate;
  private final Map<Long, Inheritance> ends = new LinkedHashMap<>();

  Inheritances(Ipc ipc, Estate estate) {
    this.ipc = ipc;
    this.estate = estate;
  }

  /** The task that was launchd is about to lose what it holds. */
  void takeOver(Task launchd) {
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
  void complete() {
    estate.giveUpRest();
  }

  void ended(RunningTask task, TaskExit exit) {
    task.launch().map(RunningTask.Launch::record).ifPresent(record -> ended(record, exit));
  }

  private void ended(LaunchRecord record, TaskExit exit) {
    ends.put(
        exit.task(),
        new Inheritance(exit.task(), Inheritance.State.ENDED, record, Optional.of(exit)));
    if (ends.size() > MAX_ENDS) {
      ends.remove(ends.keySet().iterator().next());
    }
  }

  void seen(long task) {
    ends.remove(task);
  }

  /** The task with the least number after this one. */
  Optional<Inheritance> next(Tasks tasks, long after) {
    NavigableMap<Long, Inheritance> all = new TreeMap<>(ends);
    for (RunningTask task : tasks.all()) {
      if (task.kind() == RunningTask.Kind.SERVICE) {
        all.put(task.number(), of(task));
      }
    }
    return Optional.ofNullable(all.higherEntry(after)).map(Map.Entry::getValue);
  }

  private static Inheritance of(RunningTask task) {
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
