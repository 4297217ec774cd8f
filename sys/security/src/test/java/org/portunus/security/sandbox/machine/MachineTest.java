// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.security.sandbox.limits.UidRange;
import org.portunus.security.sandbox.machine.Finding.State;

final class MachineTest {
  @TempDir Path root;

  @BeforeEach
  void aGoodMachine() throws IOException {
    put("proc/sys/kernel/osrelease", "6.12.3-generic");
    put("proc/sys/user/max_user_namespaces", "1000");
    put("proc/sys/kernel/seccomp/actions_avail", "kill_process kill_thread trap errno log allow");
    put("proc/sys/kernel/yama/ptrace_scope", "1");
    put("proc/self/cgroup", "1:memory:/\n2:pids:/\n3:cpu:/");
    put("sys/fs/cgroup/memory/cgroup.procs", "");
    put("sys/fs/cgroup/pids/cgroup.procs", "");
    put("sys/fs/cgroup/cpu/cgroup.procs", "");
    put("etc/passwd", "root:x:0:0::/:/bin/sh");
  }

  private void put(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private MachineFacts facts(int uid, int landlock, String version, String trial) {
    return new MachineFacts(
        root, uid, landlock, Optional.of(Path.of("/usr/bin/bwrap")), version, trial);
  }

  private static List<Finding> examine(MachineFacts facts) throws IOException {
    return Machine.examine(facts, UidRange.RESERVED);
  }

  private static Finding named(List<Finding> findings, String name) {
    return findings.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aGoodMachineHasNothingToSay() throws IOException {
    assertThat(examine(facts(0, 6, "bubblewrap 0.11.0", "")))
        .hasSize(13)
        .allMatch(finding -> finding.state() == State.OK, "is ok");
  }

  @Test
  void anOldKernelIsMissing() throws IOException {
    put("proc/sys/kernel/osrelease", "5.10.0-8-amd64");

    assertState(examine(facts(0, 6, "bubblewrap 0.8.0", "")), "kernel", State.MISSING);
  }

  @Test
  void aKernelThatCanNotPoisonPagesIsWeaker() throws IOException {
    put("proc/sys/kernel/osrelease", "6.5.13");
    assertState(examine(facts(0, 6, "bubblewrap 0.8.0", "")), "page poison", State.WEAKER);
    put("proc/sys/kernel/osrelease", "6.6.0-rc1");
    assertState(examine(facts(0, 6, "bubblewrap 0.8.0", "")), "page poison", State.OK);
  }

  @Test
  void anOrdinaryUserIsWeakerAndSaysHow() throws IOException {
    Finding finding = named(examine(facts(1000, 6, "bubblewrap 0.8.0", "")), "privilege");

    assertThat(finding.state()).isEqualTo(State.WEAKER);
    assertThat(List.of(finding.replacement(), finding.weaker(), finding.remedy()))
        .noneMatch(String::isEmpty);
  }

  @Test
  void anOldOrAbsentBubblewrapIsMissing() throws IOException {
    assertState(examine(facts(0, 6, "bubblewrap 0.6.1", "")), "bubblewrap", State.MISSING);
    MachineFacts none = new MachineFacts(root, 0, 6, Optional.empty(), "", "");
    assertState(examine(none), "bubblewrap", State.MISSING);
    assertState(examine(none), "trial", State.MISSING);
  }

  @Test
  void landlockOfOtherVersionsIsWeakerOrMissing() throws IOException {
    assertState(examine(facts(0, 0, "bubblewrap 0.8.0", "")), "landlock", State.MISSING);
    Finding second = named(examine(facts(0, 2, "bubblewrap 0.8.0", "")), "landlock");
    assertThat(second.state()).isEqualTo(State.WEAKER);
    assertThat(second.weaker()).contains("truncation", "TCP");
  }

  @Test
  void appArmorIsNamedOnlyWhenTheTrialFails() throws IOException {
    put("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");

    assertState(examine(facts(1000, 6, "bubblewrap 0.9.0", "")), "apparmor", State.OK);
    List<Finding> failed =
        examine(facts(1000, 6, "bubblewrap 0.9.0", "exit 1: setting up uid map: denied"));
    assertState(failed, "apparmor", State.MISSING);
    assertThat(named(failed, "apparmor").remedy()).contains("userns,", "/usr/bin/bwrap", "sysctl");
    assertState(failed, "trial", State.MISSING);
  }

  @Test
  void switchedOffNamespacesExecutableMemoryAndSeccompAreMissing() throws IOException {
    put("proc/sys/user/max_user_namespaces", "0");
    put("proc/sys/vm/memfd_noexec", "2");
    put("proc/sys/kernel/seccomp/actions_avail", "");

    List<Finding> findings = examine(facts(0, 6, "bubblewrap 0.8.0", ""));

    assertState(findings, "user namespaces", State.MISSING);
    assertState(findings, "memfd", State.MISSING);
    assertState(findings, "seccomp", State.MISSING);
  }

  @Test
  void withoutAPlaceForGroupsResourceLimitsStandIn() throws IOException {
    put("proc/self/cgroup", "0::/");
    put("sys/fs/cgroup/cgroup.controllers", "cpu pids");

    Finding finding = named(examine(facts(1000, 6, "bubblewrap 0.8.0", "")), "control groups");

    assertThat(finding.state()).isEqualTo(State.WEAKER);
    assertThat(finding.found()).contains("not delegated to uid 1000");
    assertThat(finding.replacement()).contains("RLIMIT_DATA");
    assertThat(finding.remedy()).contains("systemd-run --user --scope -p Delegate=yes");
  }

  @Test
  void versionTwoIsNamedWithItsControllers() throws IOException {
    put("proc/self/cgroup", "0::/u");
    put("sys/fs/cgroup/cgroup.controllers", "cpu memory pids");
    put("sys/fs/cgroup/u/cgroup.controllers", "memory pids");
    put("sys/fs/cgroup/u/cgroup.type", "domain");
    put("sys/fs/cgroup/u/cgroup.procs", "");
    put("sys/fs/cgroup/u/cgroup.subtree_control", "");
    int uid = (Integer) Files.getAttribute(root, "unix:uid");

    Finding finding = named(examine(facts(uid, 6, "bubblewrap 0.8.0", "")), "control groups");

    assertThat(finding.found()).isEqualTo("v2: [MEMORY, PIDS]");
    assertThat(finding.state()).isEqualTo(State.WEAKER);
    assertThat(finding.remedy()).contains("cpu");
  }

  @Test
  void theSwitchThatBlocksUserNamespacesIsNamedWithItsRemedy() throws IOException {
    put("proc/sys/kernel/unprivileged_userns_clone", "0");
    Finding debian = named(examine(facts(1000, 6, "bubblewrap 0.8.0", "no")), "user namespaces");
    assertThat(debian.state()).isEqualTo(State.MISSING);
    assertThat(debian.remedy()).contains("sysctl -w kernel.unprivileged_userns_clone=1");
    assertState(examine(facts(0, 6, "bubblewrap 0.8.0", "")), "user namespaces", State.OK);

    put("proc/sys/user/max_user_namespaces", "0");
    Finding most = named(examine(facts(0, 6, "bubblewrap 0.8.0", "no")), "user namespaces");
    assertThat(most.found()).contains("max_user_namespaces is 0");
    assertThat(most.remedy()).contains("user.max_user_namespaces=16384", "/etc/sysctl.d");
  }

  @Test
  void usedUidsAreMissingForRootAlone() throws IOException {
    put("etc/subuid", "someone:700000:65536");

    assertState(examine(facts(0, 6, "bubblewrap 0.8.0", "")), "reserved uids", State.MISSING);
    assertState(examine(facts(1000, 6, "bubblewrap 0.8.0", "")), "reserved uids", State.WEAKER);
  }

  @Test
  @Timeout(60)
  void thisMachineCanBeExamined() throws IOException {
    assertThat(Machine.examine(MachineFacts.probe(), UidRange.RESERVED))
        .hasSize(13)
        .allMatch(finding -> !finding.needed().isEmpty())
        .allMatch(f -> f.state() == State.OK || !f.remedy().isEmpty());
  }

  @Test
  void kernelVersionsCompareByNumber() {
    assertThat(KernelVersion.parse("6.18.44-x")).isEqualTo(new KernelVersion(6, 18));
    assertThat(new KernelVersion(6, 2).atLeast(5, 14)).isTrue();
    assertThat(new KernelVersion(5, 13).atLeast(5, 14)).isFalse();
    assertThatThrownBy(() -> KernelVersion.parse("linux")).hasMessageContaining("linux");
  }

  private static void assertState(List<Finding> findings, String name, State state) {
    Finding finding = named(findings, name);
    assertThat(finding.state()).as(finding.toString()).isEqualTo(state);
  }
}
