// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.portunus.conformance.Project;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/** A private instance with the probe's jobs, and this process as a client of it. */
final class LifeInstance implements AutoCloseable {
  private final PrivateInstance instance;
  private final Instance client;
  private final ServiceConnection<LaunchControl> control;

  private LifeInstance(PrivateInstance instance) {
    this.instance = instance;
    this.client = Instance.connect(instance.socket());
    this.control = client.open(LaunchControlXpc.TYPE);
  }

  /**
   * Without spares, so that nothing starts but what a test asks for, unless the property
   * portunus.spares says how many.
   */
  static LifeInstance start(ProbeFolder folder) throws IOException {
    return start(folder, Integer.getInteger("portunus.spares", 0));
  }

  static LifeInstance start(ProbeFolder folder, int spares) throws IOException {
    return start(installation(), folder, spares);
  }

  static LifeInstance start(Installation installation, ProbeFolder folder, int spares)
      throws IOException {
    PrivateInstance instance =
        PrivateInstance.start(installation, folder.jobs(), folder.bundles(), spares);
    try {
      return new LifeInstance(instance);
    } catch (RuntimeException failure) {
      instance.close();
      throw failure;
    }
  }

  /** The built system: the property portunus.dist, else where ./portunus build puts it. */
  static Installation installation() {
    Path dist =
        Path.of(
            System.getProperty("portunus.dist", Project.root().resolve("target/dist").toString()));
    return new Installation(Path.of(System.getProperty("java.home")), dist);
  }

  PrivateInstance instance() {
    return instance;
  }

  Instance client() {
    return client;
  }

  ServiceConnection<LifeProbe> open(String service) {
    return client.open(LifeProbeXpc.TYPE, service);
  }

  LaunchControl control() {
    return control.proxy(Eventually.PATIENCE);
  }

  JobStatus job(String label) {
    return control().status().jobs().stream()
        .filter(job -> job.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  /** The service's own process on the host. */
  ProcessHandle process(String label) {
    return instance.process(job(label).pid()).orElseThrow();
  }

  InstanceCounts counts() {
    return control().counts();
  }

  /** The lines of the log so far. */
  List<String> lines() {
    try {
      return Files.readAllLines(instance.log());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits for a line of the log that has all of these texts. */
  String awaitLog(String... texts) {
    try {
      Eventually.until("a line with " + List.of(texts), () -> find(texts).isPresent());
      return find(texts).orElseThrow();
    } catch (AssertionError none) {
      throw new AssertionError(none.getMessage() + " in " + String.join("\n", lines()), none);
    }
  }

  private Optional<String> find(String... texts) {
    return lines().stream()
        .filter(line -> Arrays.stream(texts).allMatch(line::contains))
        .findFirst();
  }

  @Override
  public void close() throws IOException {
    client.close();
    instance.close();
  }
}
