// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/**
 * A private instance, without jobs unless there are some to test with, and one well-behaved client
 * of it that goes on whatever others do.
 */
public final class RunningInstance implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int TRIES = 20_000;

  private final PrivateInstance instance;
  private final Instance client;
  private final ServiceConnection<LaunchControl> connection;
  private final LaunchControl control;
  private final InstanceCounts atRest;

  private RunningInstance(PrivateInstance instance) {
    this.instance = instance;
    this.client = Instance.connect(instance.socket());
    this.connection = client.open(LaunchControlXpc.TYPE);
    this.control = connection.proxy(DEADLINE);
    this.atRest = settled();
  }

  /**
   * @param empty folder without jobs and bundles
   */
  public static RunningInstance start(Path empty) throws IOException {
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
    return start(empty, empty);
  }

  /** With these jobs, in folders that everybody can read. */
  public static RunningInstance start(Path jobs, Path bundles) throws IOException {
    assumeThat(System.getProperty("portunus.dist"))
        .as("needs the built distribution: run by ./portunus test")
        .isNotNull();
    return new RunningInstance(PrivateInstance.start(Installation.current(), jobs, bundles));
  }

  public PrivateInstance instance() {
    return instance;
  }

  public Path socket() {
    return instance.socket();
  }

  public Path log() {
    return instance.log();
  }

  /** A round trip of the steady client through kernel and launchd. */
  public InstanceCounts roundTrip() {
    return control.counts();
  }

  /** Counts that stay the same for a while: threads that close things have ended. */
  private InstanceCounts settled() {
    InstanceCounts last = roundTrip();
    for (int same = 0, i = 0; same < 20 && i < TRIES; i++) {
      InstanceCounts now = roundTrip();
      same = now.equals(last) ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  /** Waits until the kernel holds what it held at rest: tasks, ports, messages, descriptors. */
  public void assertBackAtRest(String after) {
    InstanceCounts now = roundTrip();
    for (int i = 0; !now.equals(atRest) && i < TRIES; i++) {
      now = roundTrip();
    }
    assertThat(now).as("what the kernel holds after %s", after).isEqualTo(atRest);
    assertThat(instance.isAlive()).isTrue();
  }

  @Override
  public void close() throws IOException {
    connection.close();
    client.close();
    instance.close();
  }
}
