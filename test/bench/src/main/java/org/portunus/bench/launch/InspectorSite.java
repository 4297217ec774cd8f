// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.interfaces.launchd.Status;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.DocumentInspectorXpc;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.UnsupportedDocument;

/**
 * A private instance with four inspectors, whose memory is looked at when each has inspected the
 * same PDFs and has been idle for so long that it has collected.
 */
final class InspectorSite implements AutoCloseable {
  static final int INSPECTORS = 4;
  static final int DOCUMENTS = 10;
  private static final int IDLE_SECONDS = 3600;
  private static final String NAME = "org.portunus.example.inspector";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer than a service waits before it collects, and shorter than its idle time. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Path root;
  private final PrivateInstance instance;
  private final Instance client;
  private final ServiceConnection<LaunchControl> launchd;

  /** What was found, in bytes: of one, and of each of four. */
  record Found(long one, List<Long> each) {}

  private InspectorSite(Path root, PrivateInstance instance) {
    this.root = root;
    this.instance = instance;
    this.client = Instance.connect(instance.socket());
    this.launchd = client.open(LaunchControlXpc.TYPE);
  }

  static InspectorSite start(Installation installation) throws IOException {
    Path root = Files.createTempDirectory(Path.of("/var/tmp"), "portunus-bench-");
    Path jobs = Files.createDirectory(root.resolve("jobs"));
    Path bundles = Files.createDirectory(root.resolve("bundles"));
    for (int i = 1; i <= INSPECTORS; i++) {
      copy(installation.jobs().resolve(NAME + ".plist"), jobs.resolve(name(i) + ".plist"), i);
      Path bundle = installation.bundles().resolve(NAME + ".xpc");
      try (Stream<Path> files = Files.walk(bundle)) {
        for (Path file : files.toList()) {
          Path to = bundles.resolve(name(i) + ".xpc").resolve(bundle.relativize(file).toString());
          copy(file, to, i);
        }
      }
    }
    LaunchGround.open(root);
    return new InspectorSite(root, PrivateInstance.start(installation, jobs, bundles));
  }

  private static String name(int number) {
    return NAME + number;
  }

  /** Property lists name the inspector of that number, and let it idle until all have settled. */
  private static void copy(Path from, Path to, int number) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectory(to);
    } else if (from.toString().endsWith(".plist")) {
      String text = Files.readString(from);
      Files.writeString(
          to,
          text.replace(">" + NAME + "<", ">" + name(number) + "<")
              .replace(">" + NAME + ".xpc<", ">" + name(number) + ".xpc<")
              .replaceAll("(<key>IdleTimeout</key>\\s*<integer>)\\d+", "$1" + IDLE_SECONDS));
    } else {
      Files.copy(from, to);
    }
  }

  /** Measures with the first so many PDFs of a folder. */
  Found measure(Path documents) throws IOException, InterruptedException {
    List<Path> pdfs;
    try (Stream<Path> files = Files.list(documents)) {
      pdfs =
          files.filter(file -> file.toString().endsWith(".pdf")).sorted().limit(DOCUMENTS).toList();
    }
    if (pdfs.size() < DOCUMENTS) {
      throw new IOException(documents + " has " + pdfs.size() + " PDFs, not " + DOCUMENTS);
    }
    inspect(1, pdfs);
    long one = memory(1).getFirst();
    for (int i = 2; i <= INSPECTORS; i++) {
      inspect(i, pdfs);
    }
    return new Found(one, memory(INSPECTORS));
  }

  private void inspect(int number, List<Path> pdfs) throws IOException {
    try (ServiceConnection<DocumentInspector> service =
        client.open(DocumentInspectorXpc.TYPE, name(number))) {
      for (Path pdf : pdfs) {
        try (FileRight right = FileRight.open(pdf)) {
          var _ = service.proxy(PATIENCE).inspect(right, Options.standard(), (_, _, _) -> {});
        } catch (UnsupportedDocument | InspectionFailed refusal) {
          throw new IOException(pdf + " of the corpus is not inspected", refusal);
        }
      }
    }
  }

  /** The first so many, once they are settled. */
  private List<Long> memory(int inspectors) throws IOException, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(SETTLED_NANOS);
    Status status = launchd.proxy(PATIENCE).status();
    List<Long> found = new ArrayList<>();
    for (int i = 1; i <= inspectors; i++) {
      String label = name(i);
      JobStatus job =
          status.jobs().stream()
              .filter(each -> each.label().equals(label))
              .findFirst()
              .orElseThrow();
      String task =
          job.task().orElseThrow(() -> new IllegalStateException(label + " has ended already"));
      found.add(new Pss(instance).ofTask(status, task));
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    launchd.close();
    client.close();
    instance.close();
    LaunchGround.delete(root);
  }
}
