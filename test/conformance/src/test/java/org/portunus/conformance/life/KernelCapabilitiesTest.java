// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.linux.process.ThisProcess;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/** The kernel task holds what it needs and no more, whatever the user that started it holds. */
class KernelCapabilitiesTest {
  /** CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SYS_PTRACE, CAP_SYS_RESOURCE. */
  private static final long NEEDED = 1 << 5 | 1 << 6 | 1 << 7 | 1 << 19 | 1 << 24;

  @Test
  @Timeout(120)
  void noOtherCapabilityIsHeldOrCanBeHad() throws IOException {
    try (PrivateInstance instance = PrivateInstance.start(Installation.current())) {
      Path status = Path.of("/proc", Long.toString(instance.kernelPid()), "status");
      List<String> sets =
          Files.readAllLines(status).stream().filter(line -> line.startsWith("Cap")).toList();

      assertThat(sets).hasSize(5);
      long allowed = ThisProcess.effectiveUid() == 0 ? NEEDED : 0;
      for (String set : sets) {
        long held = Long.parseUnsignedLong(set.substring(set.indexOf(':') + 1).strip(), 16);
        assertThat(held & ~allowed).as(set).isZero();
      }
    }
  }
}
