// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.TaskCounts;
import org.portunus.interfaces.launchd.TracePage;
import org.portunus.interfaces.launchd.TracedMessage;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what happens to the messages of an instance. */
@Command(
    name = "msgtrace",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what happens to the Mach messages of an instance, as it happens: who sends which",
      "message to whom, and whether it is received, goes back or is destroyed. Calls over links",
      "are no messages. The kernel holds the latest 32,768 steps for who looks; when more happen",
      "between two looks, it is told how many are lost."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus msgtrace                              # until Ctrl-C",
      "  ./portunus msgtrace --task tutorial.greeter --for 10",
      "  ./portunus msgtrace --id 3060                    # requests for connections",
      "  ./portunus msgtrace --for 60 --to trace.jsonl    # to a file, and back:",
      "  ./portunus msgtrace --from trace.jsonl --task launchd",
      "  ./portunus msgtrace --for 5 --json | jq 'select(.step==\"RETURNED\")'"
    })
final class MessageTraceVerb implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 50;
  private static final long BEGIN = -1;

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "only messages from or to the task of this id or label")
  private String task = "";

  @Option(names = "--id", paramLabel = "N", description = "only messages of this id")
  private int id;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "end after so many seconds (default: at Ctrl-C)")
  private Optional<Integer> seconds = Optional.empty();

  @ArgGroup private FileOption file = new FileOption();

  @Option(names = "--json", description = "print one JSON object for each step")
  private boolean json;

  /** A file to write or to read; one of them. */
  static final class FileOption {
    @Option(
        names = "--to",
        paramLabel = "FILE",
        description = "write JSON, an object on each line, to a new file instead of printing")
    private Optional<Path> to = Optional.empty();

    @Option(
        names = "--from",
        paramLabel = "FILE",
        description = "show what such a file has instead of an instance")
    private Optional<Path> from = Optional.empty();
  }

  MessageTraceVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds.isPresent() && seconds.get() < 1) {
      throw new PortunusException(ErrorCode.USAGE, "--for takes 1 or more seconds");
    }
    if (file.from.isPresent()) {
      read(file.from.get());
    } else if (file.to.isPresent()) {
      write(file.to.get());
    } else {
      follow(this::show, Optional.empty());
    }
    return ExitStatus.FINE.number();
  }

  private void write(Path path) throws IOException, InterruptedException {
    try (BufferedWriter out =
        Files.newBufferedWriter(path, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW)) {
      TraceWriter writer = new TraceWriter(out);
      follow(writer, Optional.of(out));
      terminal.out().println(writer.count() + " steps in " + path);
    } catch (FileAlreadyExistsException there) {
      throw new PortunusException(ErrorCode.USAGE, path + " is there already", there);
    }
  }

  private void read(Path path) throws IOException {
    try (Stream<String> lines = Files.lines(path)) {
      lines.map(line -> TraceLine.parse(path, line)).filter(this::isWanted).forEach(this::show);
    }
  }

  private boolean isWanted(TracedMessage message) {
    boolean named =
        task.isEmpty()
            || List.of(
                    message.sender(),
                    message.senderLabel(),
                    message.receiver(),
                    message.receiverLabel())
                .contains(task);
    return named && (id == 0 || id == message.id());
  }

  private void show(TracedMessage message) {
    String text = json ? JsonReport.line(TraceLine.json(message)) : TraceLine.text(message);
    terminal.out().println(text);
  }

  private void follow(Consumer<TracedMessage> to, Optional<BufferedWriter> file)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(seconds.orElse(0)).toNanos();
    try (ControlDoor door = ControlDoor.open(run.folder())) {
      LaunchControl control = door.control();
      String wanted = task.isEmpty() ? "" : taskOf(control, task);
      long after = BEGIN;
      while (true) {
        TracePage page = control.trace(after, wanted, id);
        page.messages().forEach(to);
        if (page.lost() > 0 && after != BEGIN) {
          terminal.err().println("portunus: msgtrace: " + page.lost() + " steps are lost");
        }
        after = page.next();
        if (seconds.isPresent() && System.nanoTime() - end >= 0) {
          return;
        }
        if (!page.more()) {
          terminal.out().flush();
          if (file.isPresent()) {
            file.get().flush();
          }
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
      }
    }
  }

  private static String taskOf(LaunchControl control, String name) {
    List<TaskCounts> tasks = control.counts().tasks();
    return tasks.stream()
        .filter(each -> each.task().equals(name) || each.label().equals(name))
        .map(TaskCounts::task)
        .findFirst()
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.USAGE,
                "no task of the instance has this id or label; there are "
                    + String.join(", ", tasks.stream().map(TaskCounts::label).toList())));
  }
}
