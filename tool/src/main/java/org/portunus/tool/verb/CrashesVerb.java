// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.instance.CrashReports;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists and shows what is kept of tasks that died. */
@Command(
    name = "crashes",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the reports of tasks that died, or shows one: what it died of, which connections",
      "it served, the last lines that it wrote, the error report of its Java machine (hs_err).",
      "The latest 32 are kept in the run folder, also after the end of the instance."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus crashes",
      "  ./portunus crashes crash-7-3",
      "  ./portunus crashes --json - | jq '.crashes[].died'"
    })
final class CrashesVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "the report to show, as the list names it")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  CrashesVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    CrashReports kept = new CrashReports(run.folder());
    if (id.isPresent()) {
      CrashReport report = kept.read(id.get()).orElseThrow(() -> missing(id.get()));
      Show.one(report).to(terminal, json);
    } else {
      Show.all(kept.all()).to(terminal, json);
    }
    return ExitStatus.FINE.number();
  }

  private static PortunusException missing(String id) {
    return new PortunusException(
        ErrorCode.USAGE, "there is no crash report " + id + ": ./portunus crashes lists them");
  }

  /** What is shown: all as a list, or one in full. */
  private record Show(CrashesReport report, boolean full) {
    static Show one(CrashReport report) {
      return new Show(new CrashesReport(List.of(report)), true);
    }

    static Show all(List<CrashReport> reports) {
      return new Show(new CrashesReport(reports), false);
    }

    void to(Terminal terminal, Optional<String> json) throws IOException {
      if (json.isPresent()) {
        JsonReport.write(terminal, json.get(), full ? report.fullJson() : report.json());
      }
      if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
        if (full) {
          report.printFull(terminal);
        } else {
          report.print(terminal);
        }
      }
    }
  }
}
