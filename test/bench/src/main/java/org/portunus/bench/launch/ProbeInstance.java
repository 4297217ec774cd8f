// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/** A private instance with one bundle of this module, for programs that call it. */
public final class ProbeInstance implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path root;
  private final PrivateInstance instance;
  private final Instance client;
  private final String label;

  private ProbeInstance(Path root, PrivateInstance instance, String label) {
    this.root = root;
    this.instance = instance;
    this.client = Instance.connect(instance.socket());
    this.label = label;
  }

  /** Starts one, without spares. */
  public static ProbeInstance start(Installation installation, ProbeBundle bundle)
      throws IOException {
    Path root = Files.createTempDirectory(Path.of("/var/tmp"), "portunus-bench-");
    Path jobs = root.resolve("jobs");
    Path bundles = root.resolve("bundles");
    bundle.write(bundles, jobs, name -> true);
    LaunchGround.open(root);
    PrivateInstance instance = PrivateInstance.start(installation, jobs, bundles, 0);
    return new ProbeInstance(root, instance, bundle.label());
  }

  /** This program in the instance. */
  public Instance client() {
    return client;
  }

  /** Where programs come in. */
  public Path socket() {
    return instance.socket();
  }

  /** The service's process; it runs already. */
  public long service() {
    try (ServiceConnection<LaunchControl> launchd = client.open(LaunchControlXpc.TYPE)) {
      JobStatus job =
          launchd.proxy(PATIENCE).status().jobs().stream()
              .filter(each -> each.label().equals(label))
              .findFirst()
              .orElseThrow();
      return instance.process(job.pid()).orElseThrow().pid();
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    instance.close();
    LaunchGround.delete(root);
  }
}
