// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;

/**
 * The Gradle snippet of docs/own-service.md. No Gradle that runs on JDK 25 can be had from where
 * this build fetches things, so what the snippet says is done without it: its coordinates, its
 * compiler and its main with its arguments.
 */
class GradleSnippetTest {
  private static final Path ROOT = Project.root();
  private static final Pattern COORDINATES =
      Pattern.compile("'(org\\.[\\w.]+):([\\w-]+)(?::([\\w.-]+))?'");
  private static final Pattern ARGUMENTS = Pattern.compile("(?s)  args (.*?)\n}");
  private static final long SECONDS = 60;

  @TempDir private Path folder;
  private Path maven = Path.of("");
  private String version = "";
  private String snippet = "";

  @BeforeEach
  void read() throws IOException {
    Path dist = Path.of(System.getProperty("portunus.dist", ""));
    assumeThat(dist.resolve("version")).as("run by ./portunus test").isRegularFile();
    maven = dist.resolve("maven");
    version = Files.readString(dist.resolve("version")).strip();
    String page = Files.readString(ROOT.resolve("docs/own-service.md"));
    int from = page.indexOf("```groovy\n");
    assertThat(from).isPositive();
    snippet = page.substring(from, page.indexOf("\n```\n", from));
  }

  private Path artifact(String name, String suffix) {
    return maven.resolve(
        "org/portunus/%s/%s/%s-%s.%s".formatted(name, version, name, version, suffix));
  }

  @Test
  void itsCoordinatesAreThoseThatAreInstalled() throws IOException {
    String managed = Files.readString(artifact("bom", "pom"));
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    List<String> found = new ArrayList<>();
    Matcher matcher = COORDINATES.matcher(snippet);
    while (matcher.find()) {
      String name = matcher.group(2);
      String stated = matcher.group(3);
      found.add(name);
      if (matcher.group(1).equals("org.portunus")) {
        assertThat(artifact(name, "pom")).isRegularFile();
        if (stated == null) {
          assertThat(managed).as("bom").contains("<artifactId>" + name + "</artifactId>");
        } else {
          assertThat(stated).as(name).isEqualTo(version);
        }
      } else {
        assertThat(pom).contains("<junit.version>" + stated + "</junit.version>");
      }
    }
    assertThat(found).contains("bom", "embedding", "xpc-processor", "portunus-maven-plugin");
  }

  @Test
  void itsMainMakesTheBundleOfTheTutorialWithItsArguments() throws Exception {
    Path classes = compile();
    Path output = folder.resolve("target/portunus");
    String path =
        Stream.concat(Stream.of(classes), libraries().stream())
            .map(Path::toString)
            .reduce((a, b) -> a + File.pathSeparator + b)
            .orElseThrow();
    Matcher arguments = ARGUMENTS.matcher(snippet);
    assertThat(arguments.find()).isTrue();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", artifact("portunus-maven-plugin", "jar").toString()));
    command.add(mainClass());
    for (String argument : arguments.group(1).split(",\\s*", -1)) {
      command.add(
          argument
              .strip()
              .replaceAll("^['\"]|['\"]$", "")
              .replace("sourceSets.main.runtimeClasspath.asPath", path)
              .replace("$group:$name", "example:greeter")
              .replace("$projectDir", folder.toString()));
    }
    assertThat(command).noneMatch(word -> word.contains("$"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(folder.resolve("said"));
    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(output.resolve("jobs/example.greeter.plist")).isRegularFile();
    assertThat(output.resolve("bundles/example.greeter.xpc/Contents/Info.plist")).isRegularFile();
  }

  private String mainClass() {
    Matcher matcher = Pattern.compile("mainClass = '([\\w.]+)'").matcher(snippet);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private List<Path> libraries() {
    return Stream.of("embedding", "system", "abi", "linux", "interfaces")
        .map(name -> artifact(name, "jar"))
        .toList();
  }

  /** As Gradle's compileJava with the snippet's dependencies. */
  private Path compile() throws IOException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-parameters", "-d", classes.toString()));
    arguments.addAll(List.of("-cp", join(libraries())));
    try (Stream<Path> processor = Files.list(maven.resolveSibling("processor"))) {
      List<Path> path = new ArrayList<>(processor.sorted().toList());
      path.addAll(libraries());
      arguments.addAll(List.of("-processorpath", join(path)));
    }
    Tutorial tutorial = Tutorial.parse(Files.readString(ROOT.resolve("README.md")));
    for (var file : tutorial.files().entrySet()) {
      Path source = folder.resolve(file.getKey());
      Files.createDirectories(source.getParent());
      Files.writeString(source, file.getValue());
      arguments.add(source.toString());
    }
    StringWriter said = new StringWriter();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(new PrintWriter(said), new PrintWriter(said), arguments.toArray(String[]::new));
    assertThat(status).as("%s", said).isZero();
    return classes;
  }

  private static String join(List<Path> path) {
    return String.join(File.pathSeparator, path.stream().map(Path::toString).toList());
  }
}
