// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.log.LogEvent;

class AotCachesTest {
  @TempDir Path root;
  private Path jdk;
  private Path system;
  private final List<String> events = new ArrayList<>();

  @BeforeEach
  void files() throws IOException {
    jdk = root.resolve("jdk");
    system = root.resolve("system");
    Files.createDirectories(jdk.resolve("lib/server"));
    Files.createDirectories(system.resolve("task"));
    Files.createDirectories(AotRecord.folder(system));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=25");
    Files.writeString(jdk.resolve("lib/modules"), "modules");
    Files.writeString(jdk.resolve("lib/server/libjvm.so"), "machine");
    Files.writeString(system.resolve("task/system.jar"), "jar");
    Path base = AotRecord.folder(system).resolve(AotRecord.fileName(List.of()));
    Files.writeString(base, "cache");
    AotRecord.of(jdk, system, List.of(AotRecord.Cache.of(base)))
        .write(AotRecord.file(AotRecord.folder(system)));
  }

  private AotCaches verified() {
    return AotCaches.verify(jdk, system, Runnable::run, event -> events.add(text(event)));
  }

  private static String text(LogEvent event) {
    return event.text();
  }

  @Test
  void aCacheThatHashesToItsRecordIsUsedForItsModulesOnly() {
    AotCaches caches = verified();
    assertThat(caches.of(List.of())).contains(AotRecord.folder(system).resolve("base.aot"));
    assertThat(caches.of(List.of("java.xml"))).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void aChangedCacheIsRefused() throws IOException {
    Files.writeString(AotRecord.folder(system).resolve("base.aot"), "cachf");
    assertThat(verified().of(List.of())).isEmpty();
    assertThat(events).singleElement().asString().startsWith("aot.refused cache=base.aot");
  }

  @Test
  void eachThingThatACacheIsMadeFromMakesItStale() throws IOException {
    List<Path> sources =
        List.of(
            jdk.resolve("release"),
            jdk.resolve("lib/modules"),
            jdk.resolve("lib/server/libjvm.so"),
            system.resolve("task/system.jar"));
    for (Path source : sources) {
      String before = Files.readString(source);
      FileTime time = Files.getLastModifiedTime(source);
      Files.writeString(source, before + " changed");
      assertThat(verified().of(List.of())).as("%s", source).isEmpty();
      assertThat(events).last().asString().startsWith("aot.stale");
      Files.writeString(source, before);
      Files.setLastModifiedTime(source, time);
      assertThat(verified().of(List.of())).as("%s", source).isPresent();
    }
  }

  @Test
  void aRecordThatIsNotOneIsNone() throws IOException {
    Files.writeString(AotRecord.file(AotRecord.folder(system)), "cache ../../etc/passwd x y\n");
    assertThat(verified().of(List.of())).isEmpty();
    assertThat(events).singleElement().asString().startsWith("aot.none");
  }

  @Test
  void theOrderOfModulesDoesNotMatter() {
    assertThat(AotRecord.fileName(List.of("java.xml", "java.desktop")))
        .isEqualTo("java.desktop+java.xml.aot");
  }
}
