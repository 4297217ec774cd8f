// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;

/**
 * Does what the tutorial of README.md says, in an empty folder, with a Maven that knows nothing but
 * what it can fetch from the artifacts of this build's own repository.
 */
class TutorialTest {
  @TempDir Path folder;

  private static Tutorial tutorial() throws IOException {
    return Tutorial.parse(Files.readString(Project.root().resolve("README.md")));
  }

  @Test
  void theTutorialIsShort() throws IOException {
    assertThat(tutorial().lines()).hasSizeLessThanOrEqualTo(60);
    assertThat(tutorial().commands()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void aDocumentWithoutTutorialIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tutorial.parse("# Portunus\n"));
  }

  @Test
  void theServiceOfTheTutorialIsBuiltTestedAndAnswers() throws Exception {
    Shell shell = shell("");
    Shell.Ended transcript = shell.run(tutorial().commands());
    assertThat(transcript.status()).as(transcript.toString()).isZero();
    assertThat(transcript.out()).endsWith("Good day, Ada\n");
    assertThat(transcript.err()).contains("development mode: the code in", "is not signed");

    Path project = folder.resolve("greeter");
    Map<String, String> shown = tutorial().files();
    assertThat(shown).hasSize(2);
    for (Map.Entry<String, String> file : shown.entrySet()) {
      assertThat(project.resolve(file.getKey())).hasContent(file.getValue());
    }
    String report =
        Files.readString(
            project.resolve("target/surefire-reports/TEST-example.greeter.GreeterTest.xml"));
    assertThat(report).contains("tests=\"4\"", "failures=\"0\"", "skipped=\"0\"");
  }

  @Test
  @Tag("slow")
  void aChangedServiceIsBuiltAnewAndFailsItsTestInBothSettings() throws Exception {
    Shell shell = shell("${user.home}/kept/artifacts");
    shell.run(List.of("./portunus install-local", "./portunus new greeter")).mustBeFine();
    assertThat(folder.resolve("kept/artifacts/org/portunus/bom")).isDirectory();
    shell.run(List.of("cd greeter", "mvn -q test")).mustBeFine();
    Path service = folder.resolve("greeter/src/main/java/example/greeter/GreeterService.java");
    Files.writeString(service, Files.readString(service).replace("Good day", "Good evening"));
    Shell.Ended failed = shell.run(List.of("cd greeter", "mvn -q test"));
    assertThat(failed.status()).isNotZero();
    assertThat(failed.out()).contains("Tests run: 4, Failures: 2");
    shell
        .run(
            List.of(
                "cd greeter", "mvn -q package -DskipTests", "java -jar target/greeter-1.jar Bo"))
        .mustBeFine();
    assertThat(folder.resolve(".m2/repository")).doesNotExist();
  }

  private Shell shell(String local) throws IOException {
    Optional<String> dist = Optional.ofNullable(System.getProperty("portunus.dist"));
    assumeThat(dist).as("needs the built distribution: run by ./portunus test").isPresent();
    Files.createSymbolicLink(
        folder.resolve("portunus"), Project.root().toAbsolutePath().resolve("portunus"));
    return Shell.in(folder, local);
  }
}
