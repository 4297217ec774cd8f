// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.conformance.Project;
import org.portunus.conformance.install.Program;
import org.portunus.conformance.install.Snapshot;
import org.portunus.tool.instance.Installation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An upgrade while clients call: the next release speaks wire versions 1 and 2, this one 1. Every
 * call is counted and answered, by the instance of one release or the other.
 */
class UpgradeTest {
  private static final String SERVICE = "probe.upgraded";
  private static final String HELLO = "sys/abi/src/main/java/org/portunus/abi/wire/Hello.java";
  private static final String NEWEST = "int VERSION = 1;";
  private static final String OLDEST = "int OLDEST = 1;";
  private static final int CALLS = 50;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  @Test
  void noCallIsLostWhileTheInstanceIsReplaced() throws Exception {
    Program first = tree("first", LifeInstance.installation());
    Path root = open(Files.createDirectory(folder.resolve("root")));
    String prefix = root.resolve("prefix").toString();
    Snapshot before = Snapshot.of(root);
    first.run("install", "--prefix", prefix).fine();
    Program next = tree("next", next("next dist", OLDEST, OLDEST));
    Program installed = new Program(Path.of(prefix, "bin/portunus"), 0);
    ProbeFolder probes =
        new ProbeFolder(Files.createDirectory(folder.resolve("probes")))
            .job(SERVICE, Map.of("IdleTimeout", "1"), 0);
    Path run = folder.resolve("run");
    String[] start = {
      "start",
      "--run",
      run.toString(),
      "--spares",
      "0",
      "--jobs",
      probes.jobs().toString(),
      "--bundles",
      probes.bundles().toString(),
      "--take-over"
    };

    try (Program.Running old = first(installed, start)) {
      try (Load staying = Load.staying(run, SERVICE);
          Load coming = Load.coming(run, SERVICE)) {
        staying.await(CALLS);
        coming.await(CALLS);
        JsonNode upgrade =
            JSON.readTree(next.run("upgrade", "--prefix", prefix, "--json").fine().out());
        assertThat(upgrade.get("versions").size()).isEqualTo(2);
        assertThat(upgrade.get("removed").size()).isZero();
        assertThat(status(installed, run))
            .as("the new program, the old instance")
            .contains(SERVICE);
        try (Program.Running _ = installed.start(start)) {
          coming.awaitAnother(CALLS);
          staying.await(CALLS);
          assertThat(status(first, run)).as("the old program, the new instance").contains(SERVICE);
          assertThat(old.process().isAlive()).as("its client is still there").isTrue();
          staying.leave();
          assertThat(old.awaitEnd()).isZero();
          coming.await(CALLS);
          coming.leave();
          assertThat(staying.failures()).isEmpty();
          assertThat(coming.failures()).isEmpty();
          JsonNode again = JSON.readTree(installed.run("upgrade", "--json").fine().out());
          assertThat(again.get("removed").size()).as("nobody runs the old one").isEqualTo(1);
        }
      }
    }
    installed.run("uninstall").fine();
    assertThat(Snapshot.of(root)).isEqualTo(before);
  }

  private static Program.Running first(Program installed, String... start) throws IOException {
    String[] claim = Arrays.copyOf(start, start.length - 1);
    return installed.start(claim);
  }

  private static String status(Program program, Path run) throws Exception {
    return program.run("status", "--run", run.toString()).fine().out();
  }

  @Test
  void aReleaseThatSpeaksNoCommonVersionIsRefusedWithBothRanges() throws Exception {
    Installation far = next("far dist", OLDEST, OLDEST.replace('1', '2'));
    ProbeFolder probes =
        new ProbeFolder(Files.createDirectory(folder.resolve("probes"))).job(SERVICE, Map.of(), 0);
    assertThatThrownBy(() -> LifeInstance.start(far, probes, 0).close())
        .isInstanceOfSatisfying(
            PortunusException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.VERSION);
              assertThat(refusal).hasMessageContaining("2 to 2").hasMessageContaining("1 to 1");
            });
  }

  /** The release after this one: it speaks one wire version more. */
  private Installation next(String name, String oldest, String nextOldest) throws IOException {
    Path work = folder.resolve(name + " classes");
    String text = Files.readString(Project.root().resolve(HELLO));
    assertThat(text).containsOnlyOnce(NEWEST).containsOnlyOnce(oldest);
    Path classes =
        SeededSystem.classes(
            work,
            HELLO,
            text,
            text.replace(NEWEST, NEWEST.replace('1', '2')).replace(oldest, nextOldest));
    Path dist = Files.createDirectory(folder.resolve(name));
    return SeededSystem.with(classes, "abi", dist);
  }

  /** A folder like an unpacked archive. */
  private Program tree(String name, Installation installation) throws IOException {
    assumeThat(installation.dist().resolve("version"))
        .as("needs the built distribution: run by ./portunus test")
        .isRegularFile();
    open(folder);
    Path tree = Files.createDirectory(folder.resolve(name));
    Files.createSymbolicLink(tree.resolve("dist"), installation.dist());
    Files.copy(Project.root().resolve("portunus"), tree.resolve("portunus"));
    return new Program(tree.resolve("portunus"), 0);
  }

  private static Path open(Path path) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
