// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.InstanceId;

/**
 * An instance in a run folder that other programs of the user know, so that they can connect to it.
 * It ends when this object is closed or this program dies, also by a signal; its log stays.
 */
public final class NamedInstance implements AutoCloseable {
  private final RunFolder folder;
  private final BrokerProcess broker;

  /** Why an instance is over. */
  public enum End {
    /** This program or its user ended it. */
    ORDERED,
    /** Its kernel task ended or was killed. */
    BY_ITSELF
  }

  private NamedInstance(RunFolder folder, BrokerProcess broker) {
    this.folder = folder;
    this.broker = broker;
  }

  /** What is expected of the run folder. */
  public enum Entrance {
    /** Nobody serves there. */
    CLAIM,
    /** Whoever serves there gives way once the new instance is ready. */
    TAKE_OVER
  }

  /**
   * Claims the run folder and starts an instance.
   *
   * @param jobs folder of launchd.plist files
   * @param bundles folder of bundles
   * @param spares most spares at once
   * @throws PortunusException USAGE when the folder can't be claimed; MACHINE when it does not
   *     start
   */
  public static NamedInstance start(
      Installation installation, Path run, Entrance entrance, Path jobs, Path bundles, int spares)
      throws IOException, InterruptedException {
    boolean claims = entrance == Entrance.CLAIM;
    RunFolder folder = claims ? RunFolder.claim(run) : RunFolder.succeed(run);
    try {
      BrokerProcess broker =
          BrokerProcess.start(
              new BrokerProcess.Setting(
                  installation,
                  jobs,
                  bundles,
                  folder.path(),
                  BrokerProcess.Keeping.LOG,
                  spares,
                  claims ? "socket" : "socket.next"));
      NamedInstance instance = new NamedInstance(folder, broker);
      Runtime.getRuntime().addShutdownHook(new Thread(instance::endWithProgram));
      new Succession(folder, broker, entrance).start();
      return instance;
    } catch (IOException | RuntimeException failure) {
      folder.close();
      throw failure;
    }
  }

  public InstanceId id() {
    return broker.id();
  }

  public Path run() {
    return folder.path();
  }

  public Path log() {
    return folder.path().resolve("log");
  }

  /** Waits for the instance's end. */
  public End awaitEnd() throws InterruptedException {
    return switch (broker.awaitEnd()) {
      case BrokerProcess.KERNEL_ENDED, BrokerProcess.NOT_STARTED -> End.BY_ITSELF;
      default -> End.ORDERED;
    };
  }

  /** The program is about to end: it waits until the broker has cleaned up. */
  private void endWithProgram() {
    try {
      close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    try (folder) {
      broker.close();
    }
  }
}
