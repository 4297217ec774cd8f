// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;
import org.portunus.tool.instance.RunFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Archive and Debian package: the same bytes twice, and of use without a JDK. */
@Tag("slow")
class PackageTest {
  private static final long SECONDS = 200;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private Path dist = Path.of("");

  @BeforeEach
  void find() throws IOException {
    dist = Path.of(System.getProperty("portunus.dist", ""));
    assumeThat(dist.resolve("version"))
        .as("needs the built distribution: run by ./portunus test --slow")
        .isRegularFile();
    assumeThat(Path.of("/usr/bin/dpkg-deb")).as("makes Debian packages").exists();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void theSameTreeGivesTheSameBytesAndAnArchiveThatNeedsNoJdk() throws Exception {
    List<Path> first = make("first");
    List<Path> second = make("second");
    assertThat(first).hasSize(2).hasSameSizeAs(second);
    for (int i = 0; i < first.size(); i++) {
      assertThat(Files.mismatch(first.get(i), second.get(i))).as("%s", first.get(i)).isEqualTo(-1);
    }
    use(first.getFirst());
    look(first.getLast());
  }

  private List<Path> make(String name) throws Exception {
    Path script = Project.root().resolve("tool/packaging/run");
    String version = Files.readString(dist.resolve("version")).strip();
    String said =
        run(
            Map.of("HOME", System.getProperty("user.home")),
            script.toString(),
            System.getProperty("java.home"),
            dist.toString(),
            version,
            "--json",
            "--out",
            folder.resolve(name).toString());
    List<Path> files = new ArrayList<>();
    for (JsonNode file : JSON.readTree(said).get("files")) {
      files.add(Path.of(file.get("path").stringValue()));
    }
    return files;
  }

  /** With a path on which no Java is. */
  private void use(Path archive) throws Exception {
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    run(Map.of(), "tar", "-xzf", archive.toString(), "-C", unpacked.toString());
    Path tree = only(unpacked);
    JsonNode sbom = JSON.readTree(Files.readString(tree.resolve("dist/sbom.json")));
    assertThat(sbom.get("bomFormat").stringValue()).isEqualTo("CycloneDX");
    assertThat(sbom.get("components").toString())
        .contains("pkg:maven/info.picocli/picocli@", "pkg:maven/org.apache.pdfbox/pdfbox@")
        .contains("\"openjdk\"");
    Path prefix = folder.resolve("prefix");
    String portunus = tree.resolve("portunus").toString();
    run(Map.of(), portunus, "install", "--prefix", prefix.toString());
    assertThat(prefix.resolve("lib/portunus/current/jdk/bin/java")).isExecutable();
    assertThat(prefix.resolve("lib/portunus/current/jdk/bin/jlink")).doesNotExist();
    Path documents = Files.createDirectory(folder.resolve("documents"));
    Path real = Project.root().resolve("examples/inspector/corpus/real");
    for (String name : List.of("alpha.png", "europe.pdf", "feed.xml")) {
      Files.copy(real.resolve(name), documents.resolve(name));
    }
    String installed = prefix.resolve("bin/portunus").toString();
    assertThat(run(Map.of(), installed, "demo", documents.toString()))
        .containsPattern("ok +3\\b")
        .contains("europe.pdf");
    run(Map.of(), installed, "uninstall");
    assertThat(prefix).doesNotExist();
  }

  private void look(Path deb) throws Exception {
    String control = run(Map.of(), "dpkg-deb", "--field", deb.toString());
    assertThat(control).contains("Package: portunus\n", "Depends: bash, bubblewrap");
    Path scripts = folder.resolve("scripts");
    run(Map.of(), "dpkg-deb", "--control", deb.toString(), scripts.toString());
    for (String script : List.of("postinst", "prerm", "postrm")) {
      run(Map.of(), "sh", "-n", scripts.resolve(script).toString());
    }
  }

  @Test
  void aPackageComesUpgradesBesideAnInstanceAndGoes() throws Exception {
    assumeThat(RunFolder.uid()).as("only root mounts a copy of the file system").isZero();
    Path script = folder.resolve("package.sh");
    try (InputStream in = PackageTest.class.getResourceAsStream("package.sh")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    Path deb = make("package").getLast();
    Path root = Files.createDirectory(folder.resolve("root"));
    String said =
        run(
            Map.of(),
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "bash",
            script.toString(),
            root.toString(),
            deb.toString());
    assertThat(said).contains("kept", "an instance of its owner runs it").contains("install.used");
    assertThat(said).endsWith("the package came and went\n");
  }

  private static Path only(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList().getFirst();
    }
  }

  private String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as(List.of(command).toString()).isTrue();
    String said = Files.readString(output);
    assertThat(process.exitValue()).as("%s%n%s", List.of(command), said).isZero();
    return said;
  }
}
