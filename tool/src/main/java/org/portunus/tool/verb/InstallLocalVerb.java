// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.project.ArtifactFolder;
import org.portunus.tool.project.MavenRepository;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts what projects build with into a Maven repository. */
@Command(
    name = "install-local",
    mixinStandardHelpOptions = true,
    description = {
      "Puts the artifacts that projects build with into a local Maven repository:",
      "versions (bom), libraries, annotation processor, Maven goal, embedding, JUnit extension;",
      "and the record by which programs find this Portunus. Which repository: as Maven, by",
      "-Dmaven.repo.local in MAVEN_ARGS, .mvn/maven.config, MAVEN_OPTS or .mvn/jvm.config, or by",
      "localRepository in its settings (the user's, the installation's), else ~/.m2/repository."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus install-local",
      "  ./portunus install-local --repository repository     # mvn -Dmaven.repo.local=repository",
      "  ./portunus install-local --json - | jq -r .version"
    })
final class InstallLocalVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      description = "the local repository (default: the one that Maven uses here)")
  private Optional<Path> repository = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  InstallLocalVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Installation installation = Installation.current();
    ArtifactFolder artifacts = ArtifactFolder.of(installation);
    MavenRepository chosen =
        repository.isPresent()
            ? new MavenRepository(repository.get().toAbsolutePath(), "--repository")
            : MavenRepository.of(MavenRepository.Surroundings.current());
    Path into = chosen.path();
    List<String> names = artifacts.names();
    artifacts.installInto(into);
    if (json.isPresent()) {
      ObjectNode report = JsonReport.object();
      report.put("repository", into.toString());
      report.put("source", chosen.source());
      report.put("home", installation.dist().toString());
      report.put("group", "org.portunus");
      report.put("version", artifacts.version());
      ArrayNode list = report.putArray("artifacts");
      names.forEach(list::add);
      JsonReport.write(terminal, json.get(), report);
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      terminal
          .out()
          .printf(
              "org.portunus %s is in %s (%s): %s%n",
              artifacts.version(), into, chosen.source(), String.join(", ", names));
    }
    return ExitStatus.FINE.number();
  }
}
