// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.InstanceId;

/**
 * An instance of the system for one program: it has a run folder of its own and ends, leaving
 * nothing behind, when this object is closed or this program dies.
 */
public final class PrivateInstance implements AutoCloseable {
  /** Most spares of an instance of which nothing else is said. */
  public static final int SPARES = 2;

  private final BrokerProcess broker;
  private final Path run;

  private PrivateInstance(BrokerProcess broker, Path run) {
    this.broker = broker;
    this.run = run;
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
    return start(installation, jobs, bundles, SPARES);
  }

  /** The same with at most so many spares. */
  public static PrivateInstance start(
      Installation installation, Path jobs, Path bundles, int spares) throws IOException {
    Path run = Files.createTempDirectory("portunus-");
    BrokerProcess broker =
        BrokerProcess.start(
            new BrokerProcess.Setting(
                installation, jobs, bundles, run, BrokerProcess.Keeping.NOTHING, spares, "socket"));
    return new PrivateInstance(broker, run);
  }

  public InstanceId id() {
    return broker.id();
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
    return broker.kernelPid();
  }

  /** Host pid of the broker. */
  public long brokerPid() {
    return broker.pid();
  }

  /**
   * The process on the host of a task of the instance: information, and for tests that end it.
   *
   * @param pid of the task in the kernel's pid namespace
   */
  public Optional<ProcessHandle> process(int pid) {
    return HostPids.find(broker.pid(), pid);
  }

  /** Whether the instance still runs. */
  public boolean isAlive() {
    return broker.isAlive();
  }

  /**
   * The broker's exit status: 0 after an orderly end, 1 when the kernel task ended by itself, 137
   * when the broker was killed; empty while it runs.
   */
  public OptionalInt exitStatus() {
    return broker.exitStatus();
  }

  /** Waits for the instance's end by itself; false when it has not ended by then. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return broker.awaitEnd(atMost);
  }

  @Override
  public void close() throws IOException {
    broker.close();
  }
}
