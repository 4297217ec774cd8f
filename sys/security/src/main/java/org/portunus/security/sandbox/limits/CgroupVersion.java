// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;
import org.portunus.security.sandbox.limits.CgroupTree.Limits;

/** The two versions of cgroups(7): which file of a group says what. */
public enum CgroupVersion {
  /** A hierarchy for each controller. */
  ONE("v1", "memory.oom_control") {
    @Override
    void set(Controller controller, Path group, Limits limits) throws IOException {
      switch (controller) {
        case MEMORY -> {
          String bytes = Long.toString(limits.memoryBytes());
          Files.writeString(group.resolve("memory.limit_in_bytes"), bytes);
          writeIfThere(group.resolve("memory.memsw.limit_in_bytes"), bytes);
        }
        case PIDS -> Files.writeString(group.resolve("pids.max"), processes(limits));
        case CPU -> weigh(group, limits.cpuShares());
      }
    }

    @Override
    void weigh(Path group, int shares) throws IOException {
      Files.writeString(group.resolve("cpu.shares"), Integer.toString(shares));
    }
  },
  /** One hierarchy for all controllers. */
  TWO("v2", "memory.events") {
    @Override
    void set(Controller controller, Path group, Limits limits) throws IOException {
      switch (controller) {
        case MEMORY -> {
          Files.writeString(group.resolve("memory.max"), Long.toString(limits.memoryBytes()));
          // Swap is counted apart there: none keeps the sum at the limit.
          writeIfThere(group.resolve("memory.swap.max"), "0");
        }
        case PIDS -> Files.writeString(group.resolve("pids.max"), processes(limits));
        case CPU -> weigh(group, limits.cpuShares());
      }
    }

    @Override
    void weigh(Path group, int shares) throws IOException {
      Files.writeString(group.resolve("cpu.weight"), weight(shares));
    }
  };

  private static final int BUBBLEWRAP = 2; // its outer process, and a moment of a second one
  private static final int USUAL_SHARES = 1024;
  private static final int USUAL_WEIGHT = 100;
  private static final int MAX_WEIGHT = 10_000;

  private final String word;
  private final String kills;

  CgroupVersion(String word, String kills) {
    this.word = word;
    this.kills = kills;
  }

  /** Sets what a controller limits. */
  abstract void set(Controller controller, Path group, Limits limits) throws IOException;

  /** Sets its share in the processors; 1024 is usual. */
  abstract void weigh(Path group, int shares) throws IOException;

  /** The file of a group whose line {@code oom_kill} counts the kills for memory. */
  String killsFile() {
    return kills;
  }

  /** The version as people write it. */
  public String word() {
    return word;
  }

  private static String processes(Limits limits) {
    return Integer.toString(limits.processes() + BUBBLEWRAP);
  }

  private static String weight(int shares) {
    long weight = (long) shares * USUAL_WEIGHT / USUAL_SHARES;
    return Long.toString(Math.clamp(weight, 1, MAX_WEIGHT));
  }

  /** Swap has no file where the kernel does not count it. */
  private static void writeIfThere(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, text);
    }
  }
}
