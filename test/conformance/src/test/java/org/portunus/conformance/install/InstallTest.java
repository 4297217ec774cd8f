// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;
import org.portunus.tool.instance.RunFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Installs, uses and removes as a user does, and compares what is there before and after. */
class InstallTest {
  /** Has no entry in the list of users, as many in a container. */
  private static final int SOMEBODY = 34_567;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private Path root = Path.of("");
  private Path prefix = Path.of("");
  private Program source = new Program(Path.of(""), 0);
  private Program installed = new Program(Path.of(""), 0);

  @BeforeEach
  void place() throws IOException {
    Optional<String> dist = Optional.ofNullable(System.getProperty("portunus.dist"));
    assumeThat(dist).as("needs the built distribution: run by ./portunus test").isPresent();
    assumeThat(Path.of(dist.orElseThrow(), "version")).isRegularFile();
    open(folder);
    root = Files.createDirectory(folder.resolve("a root"));
    open(root);
    prefix = root.resolve("prefix");
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("dist"), Path.of(dist.get()));
    Files.copy(Project.root().resolve("portunus"), tree.resolve("portunus"));
    source = new Program(tree.resolve("portunus"), 0);
    installed = new Program(prefix.resolve("bin/portunus"), 0);
  }

  private static void open(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private JsonNode install() throws Exception {
    return JSON.readTree(
        source.run("install", "--prefix", prefix.toString(), "--json").fine().out());
  }

  @Test
  void whatIsRemovedLeavesNothing() throws Exception {
    Snapshot before = Snapshot.of(root);
    JsonNode report = install();
    assertThat(report.get("versions").get(0)).isEqualTo(report.get("version"));
    assertThat(prefix.resolve("lib/portunus/current/dist/system/task")).isDirectory();
    assertThat(Snapshot.of(root)).isNotEqualTo(before);

    Program.Run again = source.run("install", "--prefix", prefix.toString());
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("install.refused").contains("upgrade");

    JsonNode removal = JSON.readTree(installed.run("uninstall", "--json").fine().out());
    assertThat(removal.get("removed").size()).isEqualTo(1);
    assertThat(removal.get("kept").size()).isZero();
    assertThat(Snapshot.of(root)).isEqualTo(before);
  }

  @Test
  void whatTheUserMadeStays() throws Exception {
    install();
    Path job = prefix.resolve(jobs()).resolve("own.plist");
    Files.writeString(job, "<plist/>");
    Path completion = prefix.resolve("share/bash-completion/completions/portunus");
    Files.writeString(completion, "# changed");
    Program.Run removal = installed.run("uninstall").fine();
    assertThat(removal.out()).contains("jobs: it has what was not installed", "was changed");
    assertThat(job).hasContent("<plist/>");
    assertThat(completion).hasContent("# changed");
    assertThat(prefix.resolve("lib")).doesNotExist();
    assertThat(prefix.resolve("bin")).doesNotExist();
  }

  @Test
  void instancesOfTwoNamesRunSideBySideAsTheFileSays() throws Exception {
    install();
    Path file = prefix.resolve("etc/portunus.conf");
    String text =
        Files.readString(file)
            + "spares = 0%n[one]%nrun = %s%n[two]%nrun = %s%n"
                .formatted(folder.resolve("run one"), folder.resolve("run two"));
    Files.writeString(file, text);
    try (Program.Running _ = installed.start("start", "--instance", "one");
        Program.Running _ = installed.start("start", "--instance", "two")) {
      assertThat(id("one")).isNotEqualTo(id("two"));
    }
    JsonNode settings =
        JSON.readTree(installed.run("config", "--instance", "two", "--json").fine().out())
            .get("settings");
    assertThat(settings.get("run").get("where").stringValue()).isEqualTo(file + ":9");
    assertThat(settings.get("jobs").get("from").stringValue()).isEqualTo("installation file");
    assertThat(installed.run("uninstall").fine().out()).contains("portunus.conf: it was changed");
    assertThat(file).hasContent(text);
  }

  private String id(String instance) throws Exception {
    String status = installed.run("status", "--instance", instance, "--json", "-").fine().out();
    String id = JSON.readTree(status).get("instance").get("id").stringValue();
    assertThat(id).isNotEmpty();
    return id;
  }

  private static String jobs() {
    return RunFolder.uid() == 0 ? "var/lib/portunus/jobs" : "state/portunus/jobs";
  }

  @Test
  void whatIsInTheWayIsNeitherTakenNorRemoved() throws Exception {
    Files.createDirectories(prefix.resolve("bin"));
    Files.writeString(prefix.resolve("bin/portunus"), "mine");
    Program.Run refused = source.run("install", "--prefix", prefix.toString());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("bin/portunus is there");
    assertThat(prefix.resolve("bin/portunus")).hasContent("mine");
    assertThat(prefix.resolve("lib/portunus/versions")).doesNotExist();
  }

  @Test
  void twoChangesAtOnceAreOne() throws Exception {
    install();
    try (FileChannel channel =
        FileChannel.open(prefix.resolve("lib/portunus/.lock"), StandardOpenOption.WRITE)) {
      assertThat(channel.tryLock()).isNotNull();
      for (String verb : new String[] {"uninstall", "upgrade"}) {
        Program.Run busy = source.run(verb, "--prefix", prefix.toString());
        assertThat(busy.status()).isEqualTo(1);
        assertThat(busy.err()).contains("install.busy");
      }
    }
    assertThat(installed.script()).exists();
  }

  @Test
  void anInstanceOfTheOwnerKeepsItsVersionAndOneOfAnotherUserDoesNot() throws Exception {
    install();
    Path run = folder.resolve("run");
    try (Program.Running _ = installed.start("start", "--run", run.toString())) {
      Program.Run refused = installed.run("uninstall");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("install.used");
      assertThat(installed.run("status", "--run", run.toString()).fine().out())
          .contains("instance ");
    }
    assumeThat(RunFolder.uid()).as("only root can run a program as another user").isZero();
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.setAttribute(own, "unix:uid", SOMEBODY);
    Files.writeString(own.resolve("note.txt"), "Good day\n");
    Program somebody = installed.as(SOMEBODY);
    assertThat(somebody.run("demo", own.toString()).fine().out()).contains("note.txt");
    Program.Run denied = somebody.run("uninstall");
    assertThat(denied.status()).isEqualTo(1);
    assertThat(denied.err()).contains("install.refused");
    try (Program.Running _ = somebody.start("start", "--run", own.resolve("run").toString())) {
      installed.run("uninstall").fine();
    }
    assertThat(prefix).doesNotExist();
  }
}
