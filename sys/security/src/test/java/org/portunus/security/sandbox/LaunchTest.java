// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.ExitRecord.Outcome;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.limits.CgroupSite;
import org.portunus.security.sandbox.limits.CgroupTree;
import org.portunus.security.sandbox.limits.SandboxIdentity;

/**
 * Whole launches with real processes: both layers, a Java machine, a probe in the service's place.
 */
@Timeout(200)
final class LaunchTest {
  private static final Path BUBBLEWRAP = Path.of("/usr/bin/bwrap");
  private static final LaunchRecord.Limits LIMITS =
      new LaunchRecord.Limits(32, 256, 64, 30, 64, 1000, 1000);
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("png", "1x1"),
          Map.entry("read:/etc/passwd", "ENOENT"),
          Map.entry("read:/usr/bin/true", "ENOENT"),
          Map.entry("read:/proc/self/status", "ENOENT"),
          Map.entry("write:/proc/sys/kernel/core_pattern", "ENOENT"),
          Map.entry("read:/tmp", "EACCES"),
          Map.entry("read:/entry", "EACCES"),
          Map.entry("create:/tmp/x", "EROFS"),
          Map.entry("create:/portunus/system/x", "EROFS"),
          Map.entry("read:/dev/urandom", "done"),
          Map.entry("write:/dev/null", "done"),
          Map.entry("read:/dev/tty", "ENOENT"),
          Map.entry("call:socket:1:1", "EPERM"),
          Map.entry("call:execve:0:0:0", "EPERM"),
          Map.entry("call:execveat:-1:0:0", "EPERM"),
          Map.entry("call:seccomp:1:0:0", "EPERM"),
          Map.entry("call:memfd_create:0:0", "EPERM"),
          Map.entry("call:inotify_init1:0", "EPERM"),
          Map.entry("call:unshare:0x10000000", "EPERM"),
          Map.entry("call:fork", "EPERM"),
          Map.entry("call:clone:17:0:0", "EPERM"),
          Map.entry("call:clone3:0:0", "ENOSYS"),
          Map.entry("call:kill:1:9", "EPERM"),
          Map.entry("call:ptrace:0:1:0", "EPERM"),
          Map.entry("call:io_uring_setup:1:0", "EPERM"),
          Map.entry("call:fchmod:@:0777", "EPERM"),
          Map.entry("call:fchown:@:0:0", "EPERM"),
          Map.entry("call:flock:@:2", "EPERM"),
          Map.entry("call:fcntl:@:1024:1", "EPERM"),
          Map.entry("call:ftruncate:@:0", "EPERM"),
          Map.entry("call:ioctl:@:0x40086602", "EPERM"));

  private static SandboxHost host;

  @BeforeAll
  static void prepare() throws IOException {
    assumeTrue(Files.isExecutable(BUBBLEWRAP), "no bubblewrap");
    host = SandboxHost.detect(BUBBLEWRAP, ProbeSystem.JDK, ProbeSystem.folder());
  }

  private static boolean isRoot() {
    return ThisProcess.effectiveUid() == 0;
  }

  /** Who starts a task, and the identity it gets: a leased one as root. */
  enum Mode {
    ROOT,
    USER;

    void assume() {
      assumeTrue(this == USER || isRoot(), "only root can lease uids");
    }

    Optional<SandboxIdentity> identity() {
      return this == ROOT ? Optional.of(new SandboxIdentity(700_001, 700_001)) : Optional.empty();
    }

    SandboxRun.Starter starter() {
      return this == USER && isRoot() ? SandboxRun.Starter.ORDINARY_USER : SandboxRun.Starter.SELF;
    }
  }

  private static LaunchRequest request(
      Mode mode, LaunchRecord.Limits limits, List<Path> groups, List<String> arguments) {
    return new LaunchRequest(
        SandboxProfile.JAVA_SERVICE,
        limits,
        List.of("java.desktop"),
        "org.portunus.probe/org.portunus.probe.Probe",
        arguments,
        mode.identity(),
        groups,
        List.of());
  }

  private static SandboxRun run(Mode mode, LaunchRecord.Limits limits, String... arguments)
      throws IOException {
    mode.assume();
    LaunchPlan plan = LaunchPlan.of(host, request(mode, limits, List.of(), List.of(arguments)));
    return SandboxRun.of(plan, mode.starter(), plan.expectation());
  }

  @ParameterizedTest
  @EnumSource
  void aWholeSandboxIsVerifiedAndRefusesAllThatIsOutside(Mode mode) throws IOException {
    SandboxRun run = run(mode, LIMITS, EXPECTED.keySet().toArray(String[]::new));

    assertThat(run.failure()).isEmpty();
    assertThat(run.violations()).isEmpty();
    assertThat(run.exit().isSuccess()).as(run.output()).isTrue();
    assertThat(run.results()).isEqualTo(EXPECTED);
  }

  @ParameterizedTest
  @EnumSource
  void resourceLimitsHold(Mode mode) throws IOException {
    SandboxRun run = run(mode, LIMITS, "heap", "descriptors", "threads");

    assertThat(run.results())
        .as(run.output())
        .containsEntry("heap", "limited")
        .containsEntry("descriptors", "EMFILE")
        .containsEntry("threads", "limited");
  }

  /** Alone: a Java machine whose compiler finds no native memory ends. */
  @ParameterizedTest
  @EnumSource
  void nativeMemoryIsLimited(Mode mode) throws IOException {
    SandboxRun run = run(mode, LIMITS, "native");

    assertThat(run.results()).as(run.output()).containsEntry("native", "ENOMEM");
  }

  @ParameterizedTest
  @EnumSource
  void processorTimeEndsTheTask(Mode mode) throws IOException {
    LaunchRecord.Limits oneSecond = new LaunchRecord.Limits(32, 256, 64, 1, 64, 1000, 1000);

    SandboxRun run = run(mode, oneSecond, "spin");

    assertThat(run.exit().outcome()).as(run.output()).isEqualTo(killed());
  }

  /** bubblewrap tells the end of its child as a shell does. */
  private static Outcome killed() {
    return new Outcome.Exited(128 + Signal.KILL);
  }

  @Test
  void controlGroupsHold() throws IOException {
    assumeTrue(isRoot(), "only root makes control groups");
    Optional<CgroupTree> made = CgroupTree.create(CgroupSite.here(0), "test-" + ThisProcess.pid());
    assumeTrue(made.isPresent(), "no place for control groups: " + CgroupSite.here(0));
    CgroupTree tree = made.get();
    try {
      List<Path> groups =
          tree.createTask("task", new CgroupTree.Limits(256L << 20, LIMITS.processes(), 256));
      LaunchPlan plan =
          LaunchPlan.of(host, request(Mode.ROOT, LIMITS, groups, List.of("threads", "native")));

      SandboxRun run = SandboxRun.of(plan, SandboxRun.Starter.SELF, plan.expectation());

      assertThat(run.violations()).isEmpty();
      assertThat(run.results()).containsEntry("threads", "limited").doesNotContainKey("native");
      assertThat(run.exit().outcome()).as(run.output()).isEqualTo(killed());
      assertThat(tree.removeTask("task")).isTrue();
    } finally {
      assertThat(tree.removeAll()).isTrue();
    }
  }

  /** A layer that is missing, and calls that the others must still refuse. */
  record Removal(Mode mode, SandboxLayer layer, Map<String, String> refusals) {}

  static Stream<Removal> removals() {
    List<Removal> list = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      list.add(
          new Removal(
              mode,
              SandboxLayer.MOUNTS,
              Map.of(
                  "write:/proc/sys/kernel/core_pattern", "EACCES",
                  "read:/etc/passwd", "EACCES",
                  "read:/proc/self/status", "EACCES",
                  "create:/var/tmp/portunus-x", "EACCES")));
      list.add(
          new Removal(
              mode,
              SandboxLayer.LANDLOCK,
              Map.of(
                  "write:/proc/sys/kernel/core_pattern", "ENOENT",
                  "read:/etc/passwd", "ENOENT",
                  "create:/tmp/x", "EROFS")));
      list.add(new Removal(mode, SandboxLayer.NETWORK, Map.of("call:socket:2:1", "EPERM")));
      list.add(new Removal(mode, SandboxLayer.FILTER_ONE, Map.of("call:fork", "EPERM")));
      list.add(
          new Removal(
              mode,
              SandboxLayer.FILTER_TWO,
              Map.of("call:fork", "EPERM", "call:execveat:-1:0:0", "EPERM")));
      list.add(new Removal(mode, SandboxLayer.LIMITS, Map.of("heap", "limited")));
    }
    list.add(
        new Removal(
            Mode.ROOT,
            SandboxLayer.UID,
            Map.of("write:/proc/sys/kernel/core_pattern", "ENOENT", "read:/etc/shadow", "ENOENT")));
    return list.stream();
  }

  @ParameterizedTest
  @MethodSource("removals")
  void aMissingLayerIsFoundAndTheOthersRefuseStill(Removal removal) throws IOException {
    removal.mode().assume();
    List<String> arguments = List.copyOf(removal.refusals().keySet());
    LaunchRequest request = request(removal.mode(), LIMITS, List.of(), arguments);
    Set<SandboxLayer> removed = EnumSet.of(removal.layer());
    String corePattern = Files.readString(Path.of("/proc/sys/kernel/core_pattern"));

    SandboxRun run =
        SandboxRun.of(
            LaunchPlan.without(host, request, removed),
            removal.mode().starter(),
            LaunchPlan.of(host, request).expectation());

    assertThat(run.results()).as(run.output()).isEqualTo(removal.refusals());
    assertThat(Files.readString(Path.of("/proc/sys/kernel/core_pattern"))).isEqualTo(corePattern);
    if (removal.layer() != SandboxLayer.LANDLOCK) {
      SandboxLayer shown =
          removal.layer() == SandboxLayer.FILTER_ONE ? SandboxLayer.FILTER_TWO : removal.layer();
      assertThat(run.violations()).extracting(SandboxViolation::layer).contains(shown);
    }
  }

  @Test
  void aFailingRowIsReported() throws IOException {
    Path nowhere = Path.of("/sys/fs/cgroup/portunus-none");
    LaunchPlan plan = LaunchPlan.of(host, request(Mode.USER, LIMITS, List.of(nowhere), List.of()));

    SandboxRun run = SandboxRun.of(plan, SandboxRun.Starter.SELF, plan.expectation());

    assertThat(run.failure()).isPresent();
    assertThat(run.failure().get())
        .hasToString("launch row 0, openat: No such file or directory" + " (ENOENT)");
    assertThat(run.exit()).extracting(ExitRecord::isSuccess).isEqualTo(false);
  }
}
