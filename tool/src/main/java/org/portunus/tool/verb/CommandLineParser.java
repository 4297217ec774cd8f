// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Reads the arguments, runs the verb and turns what it throws into a message and a status. */
public final class CommandLineParser {
  private CommandLineParser() {}

  /** Runs one verb; returns the exit status. */
  public static int run(Terminal terminal, String... arguments) {
    return of(terminal).execute(arguments);
  }

  /** The parser with every verb. */
  static CommandLine of(Terminal terminal) {
    CommandLine line = new CommandLine(new Portunus());
    line.addSubcommand(new ErrorsVerb(terminal));
    line.addSubcommand(new DoctorVerb(terminal));
    line.addSubcommand(new StatusVerb(terminal));
    line.addSubcommand(new LinksVerb(terminal));
    line.addSubcommand(new StartVerb(terminal));
    line.addSubcommand(new LogsVerb(terminal));
    line.addSubcommand(new WhyVerb(terminal));
    line.addSubcommand(new NewVerb(terminal));
    line.addSubcommand(new InstallLocalVerb(terminal));
    line.addSubcommand(new TopVerb(terminal));
    line.addSubcommand(new PortsVerb(terminal));
    line.addSubcommand(new MessageTraceVerb(terminal));
    line.addSubcommand(new MetricsVerb(terminal));
    line.addSubcommand(new CrashesVerb(terminal));
    line.addSubcommand(new DebugVerb(terminal));
    line.addSubcommand(new AdaptVerb(terminal));
    line.addSubcommand(
        new CommandLine(new XpcVerb())
            .addSubcommand(new XpcCheckVerb(terminal))
            .addSubcommand(new XpcDescribeVerb(terminal))
            .addSubcommand(new XpcCallVerb(terminal)));
    line.addSubcommand(new CompletionVerb(terminal));
    line.addSubcommand(new ConfigVerb(terminal));
    line.addSubcommand(new InstallVerb(terminal));
    line.addSubcommand(new UpgradeVerb(terminal));
    line.addSubcommand(new UninstallVerb(terminal));
    Ansi ansi = terminal.colours() == Terminal.Colours.ON ? Ansi.ON : Ansi.OFF;
    line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((wrong, given) -> {
      String verb = wrong.getCommandLine().getCommandSpec().qualifiedName();
      return report(
          terminal,
          ErrorCode.USAGE,
          ErrorCode.USAGE.dotted() + ": " + wrong.getMessage(),
          "see " + verb + " --help");
    });
    line.setExecutionExceptionHandler((thrown, verb, parsed) -> report(terminal, thrown));
    return line;
  }

  private static int report(Terminal terminal, Exception thrown) throws Exception {
    return switch (thrown) {
      case PortunusException error ->
          report(terminal, error.code(), String.valueOf(error.getMessage()), error.code().fix());
      case IOException error -> reportSystem(terminal, error);
      case UncheckedIOException error -> reportSystem(terminal, error);
      default -> throw thrown;
    };
  }

  private static int reportSystem(Terminal terminal, Exception error) {
    ErrorCode code = ErrorCode.SYSTEM_CALL;
    return report(terminal, code, code.dotted() + ": " + error, code.fix());
  }

  private static int report(Terminal terminal, ErrorCode code, String message, String fix) {
    terminal.err().println("portunus: " + LogText.escape(message));
    terminal.err().println("  fix: " + fix);
    return ExitStatus.of(code).number();
  }
}
