// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewProjectTest {
  private static final Pattern PLUGIN =
      Pattern.compile("<artifactId>(maven-\\w+-plugin)</artifactId>\\s*<version>([^<]*)</version>");

  @TempDir Path folder;

  @Test
  void namesFollowTheFolderOrTheOptions() {
    Optional<String> none = Optional.empty();
    NewProject plain = NewProject.in(Path.of("/x/pdf-parser"), none, none, "1");
    assertThat(plain.name()).isEqualTo("PdfParser");
    assertThat(plain.packageName()).isEqualTo("example.pdfparser");
    assertThat(plain.files().keySet())
        .contains("pom.xml", "src/main/java/example/pdfparser/PdfParserService.java");
    NewProject told =
        NewProject.in(Path.of("/x/y"), Optional.of("Parser"), Optional.of("com.acme"), "1");
    assertThat(told.files().get("src/main/java/com/acme/Parser.java"))
        .contains("@Service(\"com.acme.parser\")", "interface Parser {");
  }

  @Test
  void nothingOfTheTemplatesIsLeft() {
    NewProject.in(Path.of("greeter"), Optional.empty(), Optional.empty(), "1")
        .files()
        .forEach((path, content) -> assertThat(path + content).doesNotContainPattern("@[a-z]+@"));
  }

  @Test
  void wrongNamesAreRefused() {
    for (String name : List.of("greeter", "Gr-eeter", "", "../Up")) {
      assertThatThrownBy(() -> new NewProject(name, "com.acme", "1"))
          .hasMessageContaining("--name");
    }
    for (String name : List.of("Com", "com..acme", "com/acme", "")) {
      assertThatThrownBy(() -> new NewProject("Greeter", name, "1"))
          .hasMessageContaining("--package");
    }
    assertThatThrownBy(() -> new NewProject("Greeter", "com.new", "1"))
        .hasMessageContaining("the word new");
    assertThatThrownBy(() -> new NewProject("Greeter", "org.portunus.x", "1"))
        .hasMessageContaining("org.portunus");
  }

  @Test
  void aFolderWithFilesIsNotTouched() throws Exception {
    NewProject project = new NewProject("Greeter", "greeter", "1");
    Files.writeString(folder.resolve("mine"), "mine");
    assertThatThrownBy(() -> project.write(folder)).hasMessageContaining("is not empty");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("mine"));
    }
    project.write(folder.resolve("new/one"));
    assertThat(folder.resolve("new/one/pom.xml")).exists();
  }

  @Test
  void itsPluginsAreTheOnesThatThisBuildUses() throws Exception {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("ARCHITECTURE.md"))) {
      root = Objects.requireNonNull(root.getParent());
    }
    Map<String, String> ours = plugins(Files.readString(root.resolve("pom.xml")));
    Map<String, String> theirs =
        plugins(String.valueOf(new NewProject("Greeter", "greeter", "1").files().get("pom.xml")));
    assertThat(theirs).isNotEmpty();
    assertThat(ours).containsAllEntriesOf(theirs);
  }

  private static Map<String, String> plugins(String pom) {
    Map<String, String> plugins = new TreeMap<>();
    Matcher plugin = PLUGIN.matcher(pom);
    while (plugin.find()) {
      plugins.put(plugin.group(1), plugin.group(2));
    }
    return plugins;
  }
}
