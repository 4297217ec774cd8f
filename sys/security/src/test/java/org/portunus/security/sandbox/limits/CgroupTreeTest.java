// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.linux.process.ThisProcess;

final class CgroupTreeTest {
  @Test
  void makesLimitsAndRemovesRealGroups() throws IOException {
    CgroupSite site = CgroupSite.here(ThisProcess.effectiveUid());
    Optional<CgroupTree> made = CgroupTree.create(site, "unit-" + ThisProcess.pid());
    assumeTrue(made.isPresent(), "no place for control groups: " + site);
    CgroupTree tree = made.get();
    try {
      List<Path> groups = tree.createTask("t1", new CgroupTree.Limits(64 << 20, 20, 256));

      boolean first = site.version().equals(Optional.of(CgroupVersion.ONE));
      assertThat(groups).hasSize(first ? site.usable().size() : 1).allMatch(Files::isDirectory);
      assertThat(value(groups, first ? "memory.limit_in_bytes" : "memory.max"))
          .isEqualTo(Long.toString(64 << 20));
      assertThat(CgroupTree.parse("unit", tree.toText()).memoryKills("t1")).isZero();
      assertThat(value(groups, "pids.max")).isEqualTo("22");
      assertThatThrownBy(() -> tree.createTask("../x", new CgroupTree.Limits(1, 1, 2)))
          .isInstanceOf(IllegalArgumentException.class);
      if (tree.weighs()) {
        tree.weigh("t1", 4096);
        assertThat(value(groups, first ? "cpu.shares" : "cpu.weight"))
            .isEqualTo(first ? "4096" : "400");
      }
      assertThat(tree.removeTask("t1")).isTrue();
      tree.weigh("t1", 128);
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
