// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.time.Patience;

/**
 * The broker of an instance as a child of this process. Its standard input is the lifeline: when
 * this process closes it or dies, the broker ends the instance.
 */
final class BrokerProcess implements AutoCloseable {
  /** Exit status of a broker whose kernel task ended by itself. */
  static final int KERNEL_ENDED = 1;

  /** Exit status of a broker that could not start the kernel task. */
  static final int NOT_STARTED = 2;

  private static final Patience PATIENCE = Patience.ofThisProcess();
  private static final Duration START = PATIENCE.of(Duration.ofSeconds(60));
  private static final Duration END = PATIENCE.of(Duration.ofSeconds(15));
  private static final int DRAIN = 'd';
  private static final int MAX_SAID = 4096;
  private static final Pattern READY =
      Pattern.compile("\\{\"instance\":\"([0-9a-f]{32})\",\"kernelPid\":([0-9]+)}");

  private final Process process;
  private final InstanceId id;
  private final long kernelPid;

  private BrokerProcess(Process process, InstanceId id, long kernelPid) {
    this.process = process;
    this.id = id;
    this.kernelPid = kernelPid;
  }

  /** What is left of the run folder at the end. */
  enum Keeping {
    NOTHING("nothing"),
    LOG("log");

    private final String word;

    Keeping(String word) {
      this.word = word;
    }
  }

  /**
   * What the broker is told.
   *
   * @param jobs folder of launchd.plist files
   * @param bundles folder of bundles
   * @param run existing folder of mode 0700
   * @param spares most spares at once
   * @param door {@code socket}, or {@code socket.next} to put in its place once it is ready
   */
  record Setting(
      Installation installation,
      Path jobs,
      Path bundles,
      Path run,
      Keeping keeping,
      int spares,
      String door) {}

  /**
   * Starts the broker and waits until the instance takes connections.
   *
   * @throws PortunusException MACHINE with what the parts of the system said when it does not start
   */
  static BrokerProcess start(Setting setting) throws IOException {
    InstanceId id = InstanceId.random(new SecureRandom());
    ProcessBuilder builder = new ProcessBuilder(command(setting, id));
    builder.environment().clear();
    builder.redirectErrorStream(true);
    Process process = builder.start();
    StringBuilder said = new StringBuilder();
    CompletableFuture<Long> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, said, ready), "portunus-broker-output");
    reader.setDaemon(true);
    reader.start();
    try {
      long pid = ready.get(START.toSeconds(), TimeUnit.SECONDS);
      return new BrokerProcess(process, id, pid);
    } catch (TimeoutException | ExecutionException failure) {
      end(process);
      throw new PortunusException(
          ErrorCode.MACHINE, "the instance did not start: " + text(said), failure);
    } catch (InterruptedException interrupted) {
      end(process);
      Thread.currentThread().interrupt();
      throw new PortunusException(ErrorCode.CANCELLED, "interrupted while starting", interrupted);
    }
  }

  private static List<String> command(Setting setting, InstanceId id) throws IOException {
    Path system = setting.installation().system();
    List<String> command = new ArrayList<>();
    command.add(setting.installation().java().toString());
    command.addAll(
        List.of(
            "-Xmx32m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:+ExitOnOutOfMemoryError",
            PATIENCE.option(),
            "--enable-native-access=org.portunus.linux",
            "--illegal-native-access=deny"));
    command.addAll(List.of("-p", system.resolve("task") + ":" + system.resolve("kernel")));
    command.addAll(List.of("-m", "org.portunus.kernel/org.portunus.kernel.broker.Broker"));
    command.addAll(
        List.of(
            "instance=" + id,
            "run=" + setting.run(),
            "jdk=" + setting.installation().jdk(),
            "system=" + system,
            "jobs=" + setting.jobs().toAbsolutePath(),
            "bundles=" + setting.bundles().toAbsolutePath(),
            "spares=" + setting.spares(),
            "lifeline=stdin",
            "keep=" + setting.keeping().word,
            "door=" + setting.door()));
    setting.installation().versionLock().ifPresent(lock -> command.add("hold=" + lock));
    return command;
  }

  /** Reads until the broker ends; the first well-formed line tells that it is ready. */
  private static void read(Process broker, StringBuilder said, CompletableFuture<Long> ready) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(Long.parseLong(matcher.group(2)));
        } else {
          append(said, line);
        }
      }
      ready.completeExceptionally(new IOException("the broker ended"));
    } catch (IOException failure) {
      ready.completeExceptionally(failure);
    }
  }

  private static void append(StringBuilder said, String line) {
    synchronized (said) {
      if (said.length() < MAX_SAID) {
        said.append(line).append("; ");
      }
    }
  }

  private static String text(StringBuilder said) {
    synchronized (said) {
      return said.isEmpty() ? "nothing was said" : said.toString();
    }
  }

  InstanceId id() {
    return id;
  }

  long kernelPid() {
    return kernelPid;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The broker's exit status; empty while it runs. */
  OptionalInt exitStatus() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Waits for the broker's end and returns its exit status. */
  int awaitEnd() throws InterruptedException {
    return process.waitFor();
  }

  /** Has it end as soon as no program is connected and no service works any more. */
  void drain() throws IOException {
    process.getOutputStream().write(DRAIN);
    process.getOutputStream().flush();
  }

  /** Ends the instance and waits until the broker has cleaned up. */
  @Override
  public void close() throws IOException {
    end(process);
  }

  private static void end(Process broker) throws IOException {
    broker.getOutputStream().close();
    try {
      if (!broker.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        broker.destroyForcibly();
        throw new PortunusException(ErrorCode.MACHINE, "the broker did not end in " + END);
      }
    } catch (InterruptedException interrupted) {
      broker.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
