// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.tool.instance.Installation;

class ArtifactFolderTest {
  @TempDir Path folder;

  @Test
  void everyFileIsCopiedWithTheRecordAndMayBeCopiedAgain() throws Exception {
    Path dist = folder.resolve("dist");
    for (String name : new String[] {"bom", "embedding"}) {
      Path artifact = dist.resolve("maven/org/portunus").resolve(name).resolve("7");
      Files.createDirectories(artifact);
      Files.writeString(artifact.resolve(name + "-7.pom"), name);
    }
    ArtifactFolder artifacts = ArtifactFolder.of(new Installation(Path.of("/jdk"), dist));
    assertThat(artifacts.version()).isEqualTo("7");
    assertThat(artifacts.names()).containsExactly("bom", "embedding");
    Path repository = folder.resolve("repository");
    Path other = repository.resolve("com/acme/own.jar");
    Files.createDirectories(other.getParent());
    Files.writeString(other, "own");
    for (int time = 0; time < 2; time++) {
      assertThat(artifacts.installInto(repository)).hasSize(3);
    }
    assertThat(repository.resolve("org/portunus/bom/7/bom-7.pom")).hasContent("bom");
    assertThat(repository.resolve("org/portunus/embedding/7/portunus.home"))
        .hasContent(dist.toString());
    assertThat(other).hasContent("own");
    try (var files = Files.walk(repository)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(4);
    }
  }

  @Test
  void anOldBuildIsNamed() {
    assertThatThrownBy(() -> ArtifactFolder.of(new Installation(Path.of("/jdk"), folder)))
        .hasMessageContaining("./portunus build");
  }
}
