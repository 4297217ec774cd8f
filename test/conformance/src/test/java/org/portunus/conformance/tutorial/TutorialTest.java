// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/** Does what the tutorial of README.md says, with its own files and commands. */
class TutorialTest {
  private static final long COMMAND_SECONDS = 120;
  private static final String START = "./portunus start ";

  @TempDir Path folder;

  private static Tutorial tutorial() throws IOException {
    return Tutorial.parse(Files.readString(Project.root().resolve("README.md")));
  }

  @Test
  void theTutorialIsShort() throws IOException {
    assertThat(tutorial().lines()).hasSizeLessThanOrEqualTo(60);
    assertThat(tutorial().files()).hasSize(5);
  }

  @Test
  void aDocumentWithoutTutorialIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tutorial.parse("# Portunus\n"));
  }

  @Test
  void theServiceOfTheTutorialAnswers() throws Exception {
    Optional<String> dist = Optional.ofNullable(System.getProperty("portunus.dist"));
    assumeThat(dist).as("needs the built distribution: run by ./portunus test").isPresent();
    Files.createDirectory(folder.resolve("target"));
    Files.createSymbolicLink(folder.resolve("target/dist"), Path.of(dist.get()));
    for (Map.Entry<String, String> file : tutorial().files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }

    String last = "";
    Optional<PrivateInstance> instance = Optional.empty();
    try {
      for (String command : tutorial().commands()) {
        if (command.startsWith(START)) {
          instance = Optional.of(start());
        } else {
          last = run(command);
        }
      }
    } finally {
      if (instance.isPresent()) {
        instance.get().close();
      }
    }
    assertThat(instance).isPresent();
    assertThat(last).isEqualTo("Good day, Ada\n");
  }

  /** An instance of our own in place of the command's, in the same folder for the client. */
  private PrivateInstance start() throws IOException {
    PrivateInstance instance =
        PrivateInstance.start(
            Installation.current(), folder.resolve("jobs"), folder.resolve("bundles"));
    Files.createSymbolicLink(folder.resolve("run"), instance.run());
    return instance;
  }

  private String run(String command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-ec", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    String path = System.getProperty("java.home") + "/bin:/usr/bin:/bin";
    builder.environment().clear();
    builder.environment().put("PATH", path);
    Process process = builder.start();
    assertThat(process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)).as(command).isTrue();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as("%s%n%s", command, text).isZero();
    return text;
  }
}
