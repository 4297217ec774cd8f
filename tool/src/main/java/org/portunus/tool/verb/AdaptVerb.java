// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.tool.adapt.AdaptRequest;
import org.portunus.tool.adapt.AdaptRequest.Framework;
import org.portunus.tool.adapt.AdaptRequest.Observation;
import org.portunus.tool.adapt.Adaptation;
import org.portunus.tool.adapt.Adapted;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a bundle of an existing plug-in, its jars unchanged. */
@Command(
    name = "adapt",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a service of an existing plug-in for ServiceLoader or PF4J, its jars unchanged.",
      "Writes OUT/bundles/NAME.xpc, OUT/jobs/NAME.plist and OUT/NAME-adapter.jar, which has a"
          + " proxy",
      "that implements the plug-in's interface. What can't be carried is an error that names the",
      "method and the type. No code of the plug-in runs here. See docs/plug-ins.md."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus adapt --interface io.jsonwebtoken.CompressionCodec --name example.codecs \\",
      "      --out adapted jjwt-impl-0.11.5.jar jjwt-api-0.11.5.jar",
      "  ./portunus adapt --pf4j --interface com.acme.Greeting --name acme.greeting \\",
      "      --out adapted --json - greeting-plugin.jar greeting-api.jar pf4j-3.12.0.jar",
      "  ./portunus start --jobs adapted/jobs --bundles adapted/bundles"
    })
final class AdaptVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--interface",
      required = true,
      paramLabel = "CLASS",
      description = "the interface that the plug-ins implement, as Java writes it")
  private String pluginInterface = "";

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = {
        "name of bundle, job and service; with more than one plug-in each service adds the name",
        "of its class"
      })
  private String name = "";

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "where to write")
  private Path out = Path.of("");

  @Option(
      names = "--pf4j",
      description = "the plug-ins are PF4J extensions (default: ServiceLoader providers)")
  private boolean pf4j;

  @Option(
      names = "--provider",
      paramLabel = "CLASS",
      description = "adapt this plug-in only; may be repeated")
  private List<String> providers = List.of();

  @Option(
      names = "--omit",
      paramLabel = "METHOD",
      description = {
        "leave out a method, by name or by signature: at the caller it throws",
        "UnsupportedOperationException, or runs the interface's own code; or a PF4J plug-in class:",
        "it is not started; may be repeated"
      })
  private List<String> omit = List.of();

  @Option(
      names = "--module",
      paramLabel = "MODULE",
      description = "a module of the JDK that the plug-in needs, such as java.xml; may be repeated")
  private List<String> modules = List.of();

  @Option(
      names = "--unobserved",
      description = "load the plug-in's classes as they are; what they are refused is not logged")
  private boolean unobserved;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  @Parameters(paramLabel = "JAR", description = "the plug-in's jars and those that they need")
  private List<Path> jars = List.of();

  AdaptVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    AdaptRequest request =
        new AdaptRequest(
            pf4j ? Framework.PF4J : Framework.SERVICE_LOADER,
            pluginInterface,
            name,
            jars,
            providers,
            new LinkedHashSet<>(omit),
            modules,
            unobserved ? Observation.OFF : Observation.ON,
            out);
    Adapted adapted = Adaptation.make(request, Installation.current().dist());
    AdaptedReport report = new AdaptedReport(adapted);
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      report.print(terminal);
    }
    return ExitStatus.FINE.number();
  }
}
