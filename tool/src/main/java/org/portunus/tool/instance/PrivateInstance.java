// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.InstanceId;

/**
 * An instance of the system for one program: it has a run folder of its own and ends, leaving
 * nothing behind, when this object is closed or this program dies.
 */
public final class PrivateInstance implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(15);
  private static final Pattern READY =
      Pattern.compile("\\{\"instance\":\"([0-9a-f]{32})\",\"kernelPid\":([0-9]+)}");

  private final Process broker;
  private final Path run;
  private final InstanceId id;
  private final long kernelPid;

  private PrivateInstance(Process broker, Path run, InstanceId id, long kernelPid) {
    this.broker = broker;
    this.run = run;
    this.id = id;
    this.kernelPid = kernelPid;
  }

  /** Starts one with the installation's own jobs and bundles. */
  public static PrivateInstance start(Installation installation) throws IOException {
    return start(installation, installation.jobs(), installation.bundles());
  }

  /**
   * Starts one with these jobs and bundles.
   *
   * @throws PortunusException MACHINE with what the parts of the system said when it does not start
   */
  public static PrivateInstance start(Installation installation, Path jobs, Path bundles)
      throws IOException {
    Path run = Files.createTempDirectory("portunus-");
    InstanceId id = InstanceId.random(new SecureRandom());
    ProcessBuilder builder = new ProcessBuilder(command(installation, jobs, bundles, run, id));
    builder.environment().clear();
    builder.redirectErrorStream(true);
    Process broker = builder.start();
    StringBuilder said = new StringBuilder();
    CompletableFuture<Long> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(broker, said, ready), "portunus-broker-output");
    reader.setDaemon(true);
    reader.start();
    try {
      long pid = ready.get(START.toSeconds(), TimeUnit.SECONDS);
      return new PrivateInstance(broker, run, id, pid);
    } catch (TimeoutException | ExecutionException failure) {
      end(broker);
      throw new PortunusException(
          ErrorCode.MACHINE, "the instance did not start: " + text(said), failure);
    } catch (InterruptedException interrupted) {
      end(broker);
      Thread.currentThread().interrupt();
      throw new PortunusException(ErrorCode.CANCELLED, "interrupted while starting", interrupted);
    }
  }

  private static List<String> command(
      Installation installation, Path jobs, Path bundles, Path run, InstanceId id) {
    Path system = installation.system();
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.addAll(
        List.of(
            "-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism", "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=org.portunus.linux", "--illegal-native-access=deny"));
    command.addAll(List.of("-p", system.resolve("task") + ":" + system.resolve("kernel")));
    command.addAll(
        List.of("-m", "org.portunus.kernel/org.portunus.kernel.broker.Broker", "instance=" + id));
    command.addAll(List.of("run=" + run, "jdk=" + installation.jdk(), "system=" + system));
    command.addAll(List.of("jobs=" + jobs.toAbsolutePath(), "bundles=" + bundles.toAbsolutePath()));
    command.addAll(List.of("lifeline=stdin", "keep=nothing"));
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
      if (said.length() < 4096) {
        said.append(line).append("; ");
      }
    }
  }

  private static String text(StringBuilder said) {
    synchronized (said) {
      return said.isEmpty() ? "nothing was said" : said.toString();
    }
  }

  public InstanceId id() {
    return id;
  }

  /** The socket that programs connect to. */
  public Path socket() {
    return run.resolve("socket");
  }

  /** The instance's log. */
  public Path log() {
    return run.resolve("log");
  }

  /** The run folder, gone after the end. */
  public Path run() {
    return run;
  }

  /** Host pid of the kernel task: information, and for tests that end it. */
  public long kernelPid() {
    return kernelPid;
  }

  /** Host pid of the broker. */
  public long brokerPid() {
    return broker.pid();
  }

  /** Whether the instance still runs. */
  public boolean isAlive() {
    return broker.isAlive();
  }

  /** Waits for the instance's end by itself; false when it has not ended by then. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return broker.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws IOException {
    end(broker);
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
