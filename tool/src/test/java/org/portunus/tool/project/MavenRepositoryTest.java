// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.project.MavenRepository.Surroundings;

final class MavenRepositoryTest {
  @TempDir private Path root;
  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("");
  private Path project = Path.of("");

  @BeforeEach
  void open() throws IOException {
    home = Files.createDirectories(root.resolve("home"));
    project = root.resolve("project");
    Files.createDirectories(project.resolve("part"));
    Files.createDirectories(project.resolve(".mvn"));
    environment.put("PATH", root.resolve("maven/bin").toString());
    write("maven/bin/mvn", "#!/bin/sh\n");
    assertThat(root.resolve("maven/bin/mvn").toFile().setExecutable(true)).isTrue();
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String settings(String repository) {
    return "<?xml version='1.0'?>\n"
        + "<settings xmlns='http://maven.apache.org/SETTINGS/1.2.0'>\n"
        + "  <!-- <localRepository>/comment</localRepository> -->\n"
        + "  <profiles><profile><localRepository>/deep</localRepository></profile></profiles>\n"
        + ("  <localRepository>" + repository + "</localRepository>\n</settings>\n");
  }

  private MavenRepository found() throws IOException {
    return MavenRepository.of(new Surroundings(home, project.resolve("part"), environment));
  }

  /** Each is said after the weaker ones, and wins. */
  @Test
  void theStrongestWins() throws IOException {
    assertThat(found().path()).isEqualTo(home.resolve(".m2/repository"));
    assertThat(found().source()).isEqualTo("Maven's default");
    write("maven/conf/settings.xml", settings("${user.home}/global"));
    assertThat(found().path()).isEqualTo(home.resolve("global"));
    write("home/.m2/settings.xml", settings(""));
    assertThat(found().path())
        .as("the user's settings name none")
        .isEqualTo(home.resolve("global"));
    environment.put("WHERE", "/env");
    write("home/.m2/settings.xml", settings("\n    ${env.WHERE}/own\n"));
    assertThat(found().path()).isEqualTo(Path.of("/env/own"));
    assertThat(found().source()).endsWith("home/.m2/settings.xml");
    write("project/.mvn/jvm.config", "-Xmx1g\n-Dmaven.repo.local=/jvm\n");
    assertThat(found().path()).isEqualTo(Path.of("/jvm"));
    environment.put("MAVEN_OPTS", "-Dmaven.repo.local=/first -Xmx1g -Dmaven.repo.local=/opts");
    assertThat(found().path()).isEqualTo(Path.of("/opts"));
    write("project/.mvn/maven.config", "-T\n1\n-Dmaven.repo.local=beside\n");
    assertThat(found().path()).isEqualTo(project.resolve("part/beside"));
    environment.put("MAVEN_ARGS", "-B \"-Dmaven.repo.local=/args\"");
    assertThat(found()).isEqualTo(new MavenRepository(Path.of("/args"), "MAVEN_ARGS"));
  }

  @Test
  void anInstallationThatIsNamedCounts() throws IOException {
    write("other/conf/settings.xml", settings("/other"));
    environment.put("MAVEN_HOME", root.resolve("other").toString());
    assertThat(found().path()).isEqualTo(Path.of("/other"));
  }

  @Test
  void settingsThatAreNoXmlAreATypedError() throws IOException {
    write("home/.m2/settings.xml", "<settings><localRepository>/x</settings>");
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(this::found)
        .returns(ErrorCode.USAGE, PortunusException::code)
        .withMessageContaining("home/.m2/settings.xml");
  }
}
