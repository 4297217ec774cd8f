// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;

final class CgroupTreeTest {
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  @TempDir Path folder;

  @Test
  void findsTheCallersGroupInEachHierarchy() throws IOException {
    Files.createDirectories(folder.resolve("memory/a/b"));
    Files.createFile(folder.resolve("memory/a/b/cgroup.procs"));
    Files.createDirectories(folder.resolve("cpu"));

    Map<Controller, Path> found =
        CgroupTree.available(
            folder, List.of("4:memory:/a/b", "3:cpu,cpuacct:/", "8:pids:/", "0::/x", "broken"));

    assertThat(found).isEqualTo(Map.of(Controller.MEMORY, folder.resolve("memory/a/b")));
    assertThat(CgroupTree.create(found, "i", Optional.empty())).isEmpty();
  }

  @Test
  void makesLimitsAndRemovesRealGroups() throws IOException {
    Map<Controller, Path> available =
        CgroupTree.available(MOUNT, Files.readAllLines(Path.of("/proc/self/cgroup")));
    Optional<CgroupTree> made =
        CgroupTree.create(available, "unit-" + ThisProcess.pid(), Optional.empty());
    assumeTrue(made.isPresent(), "no cgroup v1 memory and pids that can be written");
    CgroupTree tree = made.get();
    try {
      List<Path> groups = tree.createTask("t1", new CgroupTree.Limits(64 << 20, 20, 256));

      assertThat(groups).hasSameSizeAs(available.keySet()).allMatch(Files::isDirectory);
      assertThat(value(groups, "memory.limit_in_bytes")).isEqualTo(Long.toString(64 << 20));
      assertThat(value(groups, "pids.max")).isEqualTo("22");
      assertThatThrownBy(() -> tree.createTask("../x", new CgroupTree.Limits(1, 1, 2)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(tree.removeTask("t1")).isTrue();
      assertThat(tree.removeTask("t1")).isTrue();
      assertThat(groups).noneMatch(Files::exists);
    } finally {
      tree.createTask("left", new CgroupTree.Limits(64 << 20, 20, 256));
      assertThat(tree.removeAll()).isTrue();
    }
  }

  private static String value(List<Path> groups, String file) throws IOException {
    for (Path group : groups) {
      if (Files.exists(group.resolve(file))) {
        return Files.readString(group.resolve(file)).strip();
      }
    }
    throw new AssertionError("no " + file);
  }
}
