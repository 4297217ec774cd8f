// SPDX-License-Identifier: Apache-2.0
package org.portunus.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path folder;

  private Path home(String name, String place) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve(place).resolve("system/task"));
    return home;
  }

  private static Properties properties(String name, Path home) {
    Properties properties = new Properties();
    properties.setProperty("java.home", "/jdk");
    properties.setProperty(name, home.toString());
    return properties;
  }

  @Test
  void propertyThenEnvironmentThenRecord() throws IOException {
    Path first = home("first", "");
    Path second = home("second", "target/dist");
    Path third = home("third", "lib/portunus");
    Path record = Files.writeString(folder.resolve("record"), third + "\n");
    Map<String, String> environment = Map.of("PORTUNUS_HOME", second.toString());

    assertThat(
            Home.find(properties("portunus.dist", first), environment, Optional.of(record)).dist())
        .isEqualTo(first);
    assertThat(
            Home.find(properties("portunus.home", first), environment, Optional.of(record)).dist())
        .isEqualTo(first);
    assertThat(Home.find(new Properties(), environment, Optional.of(record)).dist())
        .isEqualTo(second.resolve("target/dist"));
    assertThat(Home.find(new Properties(), Map.of(), Optional.of(record)).dist())
        .isEqualTo(third.resolve("lib/portunus"));
  }

  @Test
  void whatIsNamedFirstMustBeThere() throws IOException {
    Map<String, String> environment = Map.of("PORTUNUS_HOME", home("second", "").toString());
    Properties wrong = properties("portunus.home", folder.resolve("gone"));
    assertThatThrownBy(() -> Home.find(wrong, environment, Optional.empty()))
        .hasMessageContaining("machine.lacks: the property portunus.home says")
        .hasMessageContaining("./portunus build");
  }

  @Test
  void withoutAnythingItSaysWhatToDo() {
    assertThatThrownBy(() -> Home.find(new Properties(), Map.of(), Optional.empty()))
        .hasMessageContaining("install-local")
        .hasMessageContaining("PORTUNUS_HOME");
  }

  @Test
  void aFolderWithoutServicesIsNamed() {
    assertThatThrownBy(() -> Portunus.start(folder))
        .hasMessageContaining("usage: " + folder.toAbsolutePath());
  }
}
