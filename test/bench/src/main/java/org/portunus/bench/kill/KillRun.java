// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.DocumentInspectorXpc;
import portunus.example.inspector.demo.Accounting;
import portunus.example.inspector.demo.FolderInspection;

/**
 * The documents of a folder, inspected over and over while the service is killed.
 *
 * @param documents folder of documents that are inspected well when nobody dies
 * @param seed of the moments
 */
record KillRun(Installation installation, Path documents, int rounds, long seed) {
  static final String LABEL = "org.portunus.example.inspector";
  private static final String THROTTLE = "<key>ThrottleInterval</key><integer>0</integer>";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int IN_FLIGHT = 3;

  /**
   * Runs it.
   *
   * @param progress hears the number of each kill
   */
  KillFindings run(IntConsumer progress) throws IOException, InterruptedException {
    Path jobs = Files.createTempDirectory("portunus-bench-");
    try {
      writeJob(jobs);
      try (PrivateInstance instance =
              PrivateInstance.start(installation, jobs, installation.bundles());
          Instance client = Instance.connect(instance.socket());
          ServiceConnection<DocumentInspector> inspector = client.open(DocumentInspectorXpc.TYPE);
          ServiceConnection<DocumentInspector> asking = client.open(DocumentInspectorXpc.TYPE);
          ServiceConnection<LaunchControl> launchd = client.open(LaunchControlXpc.TYPE)) {
        CallLog calls = new CallLog(inspector::proxy);
        Killer killer =
            new Killer(instance, launchd.proxy(PATIENCE), asking.proxy(PATIENCE), calls, seed);
        int first = asking.proxy(PATIENCE).version();
        List<Accounting> passes = inspect(calls, killer, progress);
        JobStatus job = Killer.job(launchd.proxy(PATIENCE)).orElseThrow();
        int last = asking.proxy(PATIENCE).version();
        return KillFindings.of(
            new KillFindings.Observed(
                rounds, killer.kills(), calls.documents(), passes, job, first == last));
      }
    } finally {
      Files.deleteIfExists(jobs.resolve(LABEL + ".plist"));
      Files.delete(jobs);
    }
  }

  /** The job as it is shipped, without the pause that launchd makes after crashes. */
  private void writeJob(Path jobs) throws IOException {
    Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rwxr-xr-x"));
    String shipped = Files.readString(installation.jobs().resolve(LABEL + ".plist"));
    Path job = jobs.resolve(LABEL + ".plist");
    Files.writeString(job, shipped.replaceFirst("<dict>", "<dict>" + THROTTLE));
    Files.setPosixFilePermissions(job, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private List<Accounting> inspect(CallLog calls, Killer killer, IntConsumer progress)
      throws IOException {
    CompletableFuture<Void> killing =
        CompletableFuture.runAsync(
            () -> {
              try {
                killer.run(rounds, progress);
              } catch (InterruptedException interrupted) {
                throw new CompletionException(interrupted);
              }
            },
            task -> Thread.ofPlatform().daemon().name("killer").start(task));
    List<Accounting> passes = new ArrayList<>();
    do {
      passes.add(FolderInspection.run(documents, calls, PATIENCE, IN_FLIGHT));
    } while (!killing.isDone());
    killing.join();
    return passes;
  }
}
