// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.PrivateInstance;
import portunus.lifeprobe.LifeProbe;

/** kill -9 of the kernel task and of the broker: the instance ends as a whole. */
class InstanceDeathTest {
  private static final String SERVICE = "probe.victim";

  /** Not the promise, which is a second and is reported: enough for a machine that does more. */
  private static final Duration BOUND = Duration.ofSeconds(5);

  @TempDir Path folder;

  /** What was there of the instance before it died. */
  private record Before(
      PrivateInstance instance,
      List<ProcessHandle> processes,
      List<Traces.Reservation> reservations) {}

  @Test
  void allEndsWithTheKernelTask() throws Exception {
    try (LifeInstance instance = start()) {
      Before before = before(instance);
      dies(instance, instance.instance().kernelPid());
      assertNothingIsLeft(before);
      assertThat(instance.instance().exitStatus()).hasValue(1);
    }
  }

  @Test
  void allButTheRunFolderEndsWithTheBroker() throws Exception {
    Path run;
    try (LifeInstance instance = start()) {
      Before before = before(instance);
      run = before.instance().run();
      dies(instance, before.instance().brokerPid());
      HostProcesses.awaitEnd(before.processes());
      assertThat(instance.instance().exitStatus()).hasValue(137);
      assertThat(Traces.mounts(before.instance().id().toString(), run)).isEmpty();
      // Nobody is left who could remove these: see CAVEATS.md.
      List<String> left = new ArrayList<>();
      left.addAll(names(run));
      left.addAll(
          Traces.groups(before.instance().id().toString()).stream().map(Path::toString).toList());
      before.reservations().stream()
          .filter(Traces.Reservation::isStillThere)
          .forEach(reservation -> left.add(reservation.file().toString()));
      Figure.print("left by a killed broker", left.toString());
      assertThat(names(run)).containsExactlyInAnyOrder("log", "socket");
      List<Path> groups = Traces.groups(before.instance().id().toString());
      for (Path group : groups.reversed()) {
        Files.delete(group);
      }
    }
    for (String name : names(run)) {
      Files.delete(run.resolve(name));
    }
    Files.delete(run);
  }

  private static List<String> names(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  private LifeInstance start() throws IOException {
    return LifeInstance.start(
        new ProbeFolder(folder).job(SERVICE, Map.of("IdleTimeout", "3600"), 0));
  }

  private static Before before(LifeInstance instance) {
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
    }
    long broker = instance.instance().brokerPid();
    List<ProcessHandle> processes = HostProcesses.below(broker);
    assertThat(processes).as("kernel task, launchd, service").hasSizeGreaterThanOrEqualTo(3);
    return new Before(instance.instance(), processes, Traces.reservationsOf(broker));
  }

  /** Kills a process, and sees how calls in flight here and in another program end. */
  private static void dies(LifeInstance instance, long pid) throws Exception {
    try (ServiceConnection<LifeProbe> busy = instance.open(SERVICE);
        ServiceConnection<LifeProbe> used = instance.open(SERVICE);
        ServiceConnection<LifeProbe> unused = instance.open(SERVICE);
        ClientProcess program = ClientProcess.start(instance, SERVICE)) {
      assertThat(program.awaitReady()).hasSize(2);
      assertThat(used.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      List<CallInBackground> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        calls.add(new CallInBackground(busy.proxy()::sleep).awaitStart());
      }

      long killed = System.nanoTime();
      assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
      Duration longest = Duration.ZERO;
      for (CallInBackground call : calls) {
        assertThat(call.awaitEnd().code()).isEqualTo(ErrorCode.INSTANCE_ENDED);
        Duration took = call.endAfter(killed);
        longest = took.compareTo(longest) > 0 ? took : longest;
      }
      for (int i = 0; i < ClientMain.CALLS; i++) {
        assertThat(program.line()).isEqualTo("ended " + ErrorCode.INSTANCE_ENDED.dotted());
      }
      Duration other = Duration.ofNanos(System.nanoTime() - killed);
      Figure.print(
          "until calls in flight ended",
          longest.toMillis() + " ms here, " + other.toMillis() + " ms in another program");
      assertThat(longest).isLessThan(BOUND);
      for (ServiceConnection<LifeProbe> connection : List.of(busy, used, unused)) {
        assertThatExceptionOfType(PortunusException.class)
            .isThrownBy(() -> connection.proxy(Eventually.PATIENCE).echo(2))
            .returns(ErrorCode.INSTANCE_ENDED, PortunusException::code);
      }
      assertThat(instance.instance().awaitEnd(Eventually.PATIENCE)).isTrue();
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> Instance.connect(instance.instance().socket()))
          .returns(ErrorCode.INSTANCE_ENDED, PortunusException::code);
    }
  }

  private static void assertNothingIsLeft(Before before) {
    HostProcesses.awaitEnd(before.processes());
    String id = before.instance().id().toString();
    assertThat(before.instance().run()).doesNotExist();
    assertThat(Traces.mounts(id, before.instance().run())).isEmpty();
    assertThat(Traces.groups(id)).isEmpty();
    assertThat(before.reservations())
        .as("reservations that are still this instance's")
        .noneMatch(Traces.Reservation::isStillThere);
  }
}
