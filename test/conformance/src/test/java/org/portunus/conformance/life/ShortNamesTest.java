// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/** Programs that take every name there is keep launchd waiting, no more. */
class ShortNamesTest {
  private static final String SERVICE = "probe.named";
  private static final int MOST_PROGRAMS = 64;
  private static final int AT_ONCE = 512;

  @TempDir static Path folder;

  /** Takes names until there are none for it; false when it could not even come in. */
  private static boolean fill(KernelSocket program) {
    for (int count = AT_ONCE; count > 0; count /= 2) {
      boolean more = true;
      while (more) {
        try {
          more = !program.receiveRights().allocate(RightKind.RECEIVE, count).isEmpty();
        } catch (KernelResultException full) {
          assertThat(full.result()).isEqualTo(KernReturn.NO_SPACE);
          more = false;
        }
      }
    }
    return true;
  }

  private static boolean comesIn(Path socket, List<KernelSocket> programs) {
    try {
      KernelSocket program = KernelSocket.connect(socket);
      programs.add(program);
      return fill(program);
    } catch (PortunusException noRoom) {
      return false;
    }
  }

  @Test
  void lookUpsAreAnsweredWhenThereAreNamesAgain() throws Exception {
    ProbeFolder probes = new ProbeFolder(folder).job(SERVICE, Map.of(), 0);
    try (LifeInstance instance = LifeInstance.start(probes)) {
      Path socket = instance.instance().socket();
      KernelSocket asker = KernelSocket.connect(socket);
      List<KernelSocket> programs = new ArrayList<>();
      try {
        PortName service = new Bootstrap(asker).lookUp(SERVICE);
        while (programs.size() < MOST_PROGRAMS && comesIn(socket, programs)) {
          // As long as there is one more name.
        }
        CompletableFuture<PortName> found = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> found.complete(new Bootstrap(asker).lookUp(SERVICE)));
        instance.awaitLog("limit.met", "kind=NAMES", "label=launchd");
        assertThat(found).isNotDone();
        programs.forEach(KernelSocket::close);
        assertThat(found.get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(service);
        assertThat(instance.lines()).noneMatch(line -> line.contains("launchd.died"));
      } finally {
        programs.forEach(KernelSocket::close);
        asker.close();
      }
    }
  }
}
