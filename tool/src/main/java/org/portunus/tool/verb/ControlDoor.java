// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;

/** A connection to the control service of the instance of a run folder. */
final class ControlDoor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Instance instance;
  private final ServiceConnection<LaunchControl> connection;

  private ControlDoor(Instance instance) {
    this.instance = instance;
    this.connection = instance.open(LaunchControlXpc.TYPE);
  }

  /**
   * @throws PortunusException USAGE when no instance has its socket there
   */
  static ControlDoor open(Path run) {
    Path socket = run.resolve("socket");
    if (!Files.exists(socket)) {
      throw new PortunusException(
          ErrorCode.USAGE, run + " has no instance: ./portunus start, or --run DIR");
    }
    return new ControlDoor(Instance.connect(socket));
  }

  LaunchControl control() {
    return connection.proxy(PATIENCE);
  }

  @Override
  public void close() {
    connection.close();
    instance.close();
  }
}
