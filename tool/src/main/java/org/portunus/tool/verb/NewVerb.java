// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.project.ArtifactFolder;
import org.portunus.tool.project.NewProject;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a project with a service of one's own. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a stand-alone Maven project with a service: interface, implementation, client, test.",
      "It builds outside this repository with what install-local has installed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus install-local && ./portunus new ~/greeter",
      "  ./portunus new ~/work/parser --package com.example.parser --name Parser",
      "  ./portunus new /tmp/greeter --json - | jq -r '.files[]'"
    })
final class NewVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "folder of the project: new or empty")
  private Path folder = Path.of("");

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "package of its classes (default: example. and the name in lower case)")
  private Optional<String> packageName = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "name of the interface (default: that of the folder, as a class name)")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  NewVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ArtifactFolder artifacts = ArtifactFolder.of(Installation.current());
    NewProject project = NewProject.in(folder, name, packageName, artifacts.version());
    project.write(folder);
    if (json.isPresent()) {
      ObjectNode report = JsonReport.object();
      report.put("folder", folder.toAbsolutePath().normalize().toString());
      report.put("name", project.name());
      report.put("package", project.packageName());
      report.put("version", project.version());
      ArrayNode files = report.putArray("files");
      project.files().keySet().forEach(files::add);
      JsonReport.write(terminal, json.get(), report);
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      terminal
          .out()
          .printf(
              "%s has the service %s; build and test it there: mvn package%n",
              folder, project.name());
    }
    return ExitStatus.FINE.number();
  }
}
