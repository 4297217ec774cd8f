// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.config.Setting;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.NamedInstance;
import org.portunus.tool.instance.PrivateInstance;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an instance until it is interrupted. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Runs an instance in the foreground.",
      "Ctrl-C ends it and everything in it; its log stays in the run folder."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus start",
      "  ./portunus start --run ~/run",
      "  ./portunus start --instance web                     # beside the one without a name",
      "  ./portunus start --take-over                        # after an upgrade",
      "  ./portunus start --jobs jobs --bundles bundles      # services of your own",
      "  ./portunus status --run ~/run                       # in another terminal"
    })
final class StartVerb implements Callable<Integer> {
  /** As many as an instance keeps when nothing is configured. */
  static final String SPARES = Integer.toString(PrivateInstance.SPARES);

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--jobs",
      paramLabel = "DIR",
      description = "folder of launchd.plist files (default: the shipped ones)")
  private Optional<String> jobs = Optional.empty();

  @Option(
      names = "--bundles",
      paramLabel = "DIR",
      description = "folder of bundles (default: the shipped ones)")
  private Optional<String> bundles = Optional.empty();

  @Option(
      names = "--spares",
      paramLabel = "COUNT",
      description =
          "most sandboxes that wait for code, 0 to 8, each about 40 MiB (default: "
              + PrivateInstance.SPARES
              + ")")
  private Optional<String> spares = Optional.empty();

  @Option(
      names = "--take-over",
      description = {
        "serve in place of the instance that runs there: programs that connect from now on",
        "come here, those that are connected stay until they leave, then it ends"
      })
  private boolean takeOver;

  StartVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Installation installation = Installation.current();
    Path jobFolder = path(Setting.JOBS, jobs, installation.jobs());
    Path bundleFolder = path(Setting.BUNDLES, bundles, installation.bundles());
    int most = Integer.parseInt(run.effective(Setting.SPARES, spares, () -> SPARES).value());
    try (NamedInstance instance =
        NamedInstance.start(
            installation,
            run.folder(),
            takeOver ? NamedInstance.Entrance.TAKE_OVER : NamedInstance.Entrance.CLAIM,
            jobFolder,
            bundleFolder,
            most)) {
      terminal
          .out()
          .printf(
              "instance %s runs in %s; its log is %s; Ctrl-C ends it%n",
              instance.id(), instance.run(), instance.log());
      return switch (instance.awaitEnd()) {
        case ORDERED -> ExitStatus.FINE.number();
        case BY_ITSELF ->
            throw new PortunusException(
                ErrorCode.INSTANCE_ENDED, "it ended by itself; its log is " + instance.log());
      };
    }
  }

  private Path path(Setting setting, Optional<String> option, Path builtIn) {
    Optional<String> absolute = option.map(text -> Path.of(text).toAbsolutePath().toString());
    return Path.of(run.effective(setting, absolute, builtIn::toString).value());
  }
}
