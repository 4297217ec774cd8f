// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.security.sandbox.limits.CgroupSite.None;
import org.portunus.security.sandbox.limits.CgroupSite.One;
import org.portunus.security.sandbox.limits.CgroupSite.Readiness;
import org.portunus.security.sandbox.limits.CgroupSite.Two;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;

/** What is read and chosen; that Linux then takes it, the scenario under Debian's kernel shows. */
final class CgroupSiteTest {
  private static final Set<Controller> ALL = EnumSet.allOf(Controller.class);
  private static final Set<Controller> TWO = Set.of(Controller.MEMORY, Controller.PIDS);

  @TempDir Path mount;
  private int uid;

  @BeforeEach
  void whoOwnsWhatTheTestMakes() throws IOException {
    uid = (Integer) Files.getAttribute(mount, "unix:uid");
  }

  /** A group of version 2; the root of the hierarchy has no type. */
  private Path group(String path, String given, String enabled, String processes)
      throws IOException {
    Path group = mount.resolve("." + path).normalize();
    Files.createDirectories(group);
    Files.writeString(group.resolve("cgroup.controllers"), given + "\n");
    Files.writeString(group.resolve("cgroup.subtree_control"), enabled + "\n");
    Files.writeString(group.resolve("cgroup.procs"), processes);
    if (!path.equals("/")) {
      Files.writeString(group.resolve("cgroup.type"), "domain\n");
    }
    return group;
  }

  private CgroupSite find(String own) throws IOException {
    return CgroupSite.find(mount, List.of("broken", own), uid);
  }

  @Test
  void versionOneIsFoundInEachHierarchyForRootAlone() throws IOException {
    for (String name : List.of("memory/a/b", "pids")) {
      Files.createDirectories(mount.resolve(name));
      Files.createFile(mount.resolve(name).resolve("cgroup.procs"));
    }
    List<String> own = List.of("4:memory:/a/b", "3:cpu,cpuacct:/", "8:pids:/", "0::/x", "broken");

    assertThat(CgroupSite.find(mount, own, 0))
        .isEqualTo(
            new One(
                Map.of(
                    Controller.MEMORY, mount.resolve("memory/a/b"),
                    Controller.PIDS, mount.resolve("pids"))));
    assertThat(CgroupSite.find(mount, own, 1000)).isInstanceOf(None.class);
  }

  @Test
  void theNearestGroupThatIsReadyIsTaken() throws IOException {
    group("/", "cpu memory pids", "cpu memory pids", "1\n");
    Path slice = group("/slice", "cpu memory pids", "memory pids", "");
    group("/slice/scope", "memory pids", "", "7\n");

    assertThat(find("0::/slice/scope")).isEqualTo(new Two(slice, TWO, Readiness.READY));
  }

  @Test
  void whatNeedsNoMoveGoesBeforeWhatDoes() throws IOException {
    group("/", "cpu memory pids", "", "1\n");
    Path user = group("/user", "cpu io memory pids", "", "");
    Path shell = group("/user/shell", "cpu memory pids", "", "7\n");

    assertThat(find("0::/user/shell")).isEqualTo(new Two(user, ALL, Readiness.ENABLE));

    Files.writeString(user.resolve("cgroup.controllers"), "pids\n");
    Files.writeString(mount.resolve("cgroup.controllers"), "pids\n");
    assertThat(find("0::/user/shell")).isEqualTo(new Two(shell, ALL, Readiness.MOVE));
  }

  @Test
  void theRootOfTheHierarchyMayHaveProcessesAndControllers() throws IOException {
    group("/", "cpu memory pids", "", "1\n2\n");

    assertThat(find("0::/")).isEqualTo(new Two(mount, ALL, Readiness.ENABLE));
  }

  @Test
  void othersGroupsAreNotTakenAndTheReasonIsTold() throws IOException {
    group("/", "cpu memory pids", "cpu memory pids", "");
    group("/session", "memory pids", "", "7\n");

    assertThat(CgroupSite.find(mount, List.of("0::/session"), uid + 1))
        .isInstanceOfSatisfying(
            None.class,
            none -> assertThat(none.why()).contains("/session", "not delegated to uid"));
  }

  @Test
  void aControllerThatIsNotDelegatedIsTold() throws IOException {
    group("/", "cpu pids", "cpu pids", "");
    group("/own", "cpu pids", "", "7\n");

    assertThat(find("0::/own"))
        .isInstanceOfSatisfying(
            None.class, none -> assertThat(none.why()).contains("\"cpu pids\"", "memory"));
    assertThat(find("0::/elsewhere")).isInstanceOf(None.class);
    assertThat(find("0::/../above")).isInstanceOf(None.class);
    assertThat(CgroupSite.find(mount.resolve("none"), List.of("0::/"), uid))
        .isInstanceOf(None.class);
  }

  @Test
  void theTextTellsAnotherProcessTheSameGroups() throws IOException {
    group("/", "memory pids", "", "");
    Path own = group("/a b,c=d", "memory pids", "memory pids", "");
    CgroupTree tree = CgroupTree.create(find("0::/a b,c=d"), "i").orElseThrow();

    CgroupTree same = CgroupTree.parse("i", tree.toText());

    assertThat(same.toText()).isEqualTo(tree.toText()).startsWith("TWO\n");
    assertThat(same.folders()).isEqualTo(Set.of(own.resolve("portunus-i")));
    assertThat(tree.told()).contains("v2", "MEMORY", "PIDS");
  }

  @Test
  void limitsOfVersionTwoAreWritten() throws IOException {
    group("/", "cpu memory pids", "", "");
    group("/own", "cpu memory pids", "cpu memory pids", "");
    CgroupTree tree = CgroupTree.create(find("0::/own"), "i").orElseThrow();

    List<Path> made = tree.createTask("t", new CgroupTree.Limits(64 << 20, 20, 1024));

    assertThat(made).hasSize(1);
    Path task = made.getFirst();
    assertThat(Files.readString(task.resolve("memory.max"))).isEqualTo("67108864");
    assertThat(Files.readString(task.resolve("pids.max"))).isEqualTo("22");
    assertThat(Files.readString(task.resolve("cpu.weight"))).isEqualTo("100");
    tree.weigh("t", 4096);
    assertThat(Files.readString(task.resolve("cpu.weight"))).isEqualTo("400");
    Files.writeString(task.resolve("memory.events"), "oom 3\noom_kill 2\n");
    assertThat(tree.memoryKills("t")).isEqualTo(2);
  }
}
