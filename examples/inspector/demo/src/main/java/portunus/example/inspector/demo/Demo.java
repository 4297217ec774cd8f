// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the demo. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Inspects every file of a folder with a service that is not trusted with them.",
      "Without a folder it takes the shipped documents and compares what it finds with what is"
          + " expected."
    },
    footer = {
      "",
      "Examples:",
      "  portunus demo",
      "  portunus demo /usr/share/doc --json report.json",
      "",
      "Exit status: 0 if every file has its entry and the shipped documents are as expected, 1 if"
          + " not, 2 for a wrong command line."
    })
public final class Demo implements Callable<Integer> {
  private static final int WRONG_USE = 2;

  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "What to inspect.")
  private @Nullable Path folder;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report here too.")
  private @Nullable Path json;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Most time for one document (default: ${DEFAULT-VALUE}).")
  private int deadline = 30;

  @Option(
      names = "--in-flight",
      paramLabel = "CALLS",
      defaultValue = "2",
      description = "Calls at the same time (default: ${DEFAULT-VALUE}).")
  private int inFlight = 2;

  @Option(
      names = "--corpus",
      paramLabel = "FOLDER",
      description = "The shipped documents (default: those of the source tree).")
  private Path corpus =
      Path.of(System.getProperty("portunus.home", ""), "examples", "inspector", "corpus");

  @Option(
      names = "--socket",
      paramLabel = "SOCKET",
      description =
          "The instance to use: the socket in its run folder (default: a private instance,"
              + " started for this run).")
  private @Nullable Path socket;

  private Demo() {}

  /** Runs the demo and ends the process with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Demo()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (folder == null && !Files.isDirectory(corpus)) {
      System.err.println("portunus: usage: no documents in " + LogText.escape(corpus.toString()));
      System.err.println("  fix: name a FOLDER to inspect: installed versions bring none");
      return WRONG_USE;
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    Screen screen = terminal ? new Screen.Terminal(out) : new Screen.Plain(out);
    DemoRun run =
        new DemoRun(
            Optional.ofNullable(folder),
            corpus,
            Optional.ofNullable(json),
            Duration.ofSeconds(deadline),
            inFlight,
            screen,
            out);
    try {
      return socket == null
          ? runPrivately(run)
          : runAt(socket, InstanceInspectors.Sharing.SHARED, run);
    } catch (PortunusException failure) {
      out.println(
          LogText.escape(String.valueOf(failure.getMessage())) + "; " + failure.code().fix());
      return 1;
    }
  }

  private static int runPrivately(DemoRun run) throws IOException {
    try (PrivateInstance instance = PrivateInstance.start(Installation.current())) {
      return runAt(instance.socket(), InstanceInspectors.Sharing.PRIVATE, run);
    }
  }

  private static int runAt(Path socket, InstanceInspectors.Sharing sharing, DemoRun run)
      throws IOException {
    try (InstanceInspectors instance = InstanceInspectors.connect(socket, sharing)) {
      return run.run(instance, Optional.of(instance));
    }
  }
}
