// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import portunus.lifeprobe.LifeProbe;

/** An installation whose files have changed since its AOT caches were made. */
class AotRefreshTest {
  private static final String SERVICE = "probe.refreshed";

  @TempDir static Path folder;

  @Test
  void staleCachesAreMadeAnewOnceAndDamagedOnesAreNotUsed() throws Exception {
    ProbeFolder probes =
        new ProbeFolder(Files.createDirectory(folder.resolve("probes"))).job(SERVICE, Map.of(), 0);
    Installation copy = copy(LifeInstance.installation());
    try (Stream<Path> jars = Files.list(copy.system().resolve("task"))) {
      Path jar = jars.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
      Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
    }

    assertThat(linesOfOneCall(copy, probes))
        .anyMatch(line -> line.contains("aot.refresh") && line.contains("rebuilt"))
        .noneMatch(line -> line.contains("aot.stale") || line.contains("[aot]"));
    assertThat(linesOfOneCall(copy, probes)).noneMatch(line -> line.contains("aot."));

    Path base = copy.system().resolve("aot/base.aot");
    byte[] bytes = Files.readAllBytes(base);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(base);
    Files.write(base, bytes);
    assertThat(linesOfOneCall(copy, probes))
        .anyMatch(line -> line.contains("aot.refused") && line.contains("base.aot"));
  }

  private static List<String> linesOfOneCall(Installation installation, ProbeFolder probes)
      throws IOException {
    try (LifeInstance instance = LifeInstance.start(installation, probes, 0);
        ServiceConnection<LifeProbe> service = instance.open(SERVICE)) {
      int unusedSleepers = service.proxy(Eventually.PATIENCE).sleepers();
      return instance.lines();
    }
  }

  private static Installation copy(Installation from) throws IOException {
    Path dist = Files.createDirectory(folder.resolve("dist"));
    try (Stream<Path> files = Files.walk(from.system())) {
      for (Path file : files.toList()) {
        Path target = dist.resolve("system").resolve(from.system().relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return new Installation(from.jdk(), dist);
  }
}
