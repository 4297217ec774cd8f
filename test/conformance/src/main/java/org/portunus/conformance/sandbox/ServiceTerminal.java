// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Patience;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.LogFile;
import org.portunus.tool.instance.PrivateInstance;
import portunus.probe.Probe;
import portunus.probe.ProbeXpc;

/**
 * A program of its own, so that it can be another user's and have another environment: starts a
 * private instance and answers each line of its standard input with a line.
 *
 * <pre>
 *   attempt SERVICE TEXT    what the attempt gave
 *   harm SERVICE HOW        what it said, or the error
 *   ping SERVICE            the count, or the error
 *   task LABEL              the id of the job's task
 *   exit LABEL              why the job's last task ended
 *   limits LABEL            what the job may use
 *   log WORD                how many lines of the log have the word
 * </pre>
 */
public final class ServiceTerminal {
  private static final Duration DEADLINE = Patience.ofThisProcess().of(Duration.ofSeconds(60));
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(10));

  private final PrivateInstance running;
  private final Instance instance;
  private final Path right;
  private final Map<String, ServiceConnection<Probe>> services = new HashMap<>();
  private final ServiceConnection<LaunchControl> launchd;

  private ServiceTerminal(PrivateInstance running, Instance instance, Path right) {
    this.running = running;
    this.instance = instance;
    this.right = right;
    this.launchd = instance.open(LaunchControlXpc.TYPE);
  }

  /** Arguments: distribution, jobs, bundles, the file that the right is of. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Installation installation =
        new Installation(Path.of(System.getProperty("java.home")), Path.of(arguments[0]));
    try (PrivateInstance running =
            PrivateInstance.start(installation, Path.of(arguments[1]), Path.of(arguments[2]));
        Instance instance = Instance.connect(running.socket())) {
      ServiceTerminal terminal = new ServiceTerminal(running, instance, Path.of(arguments[3]));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(terminal.answer(line));
      }
    }
    System.exit(0);
  }

  private String answer(String line) throws IOException {
    String[] words = line.split(" ", 3);
    try {
      return switch (words[0]) {
        case "attempt" -> attempt(words[1], words[2]);
        case "harm" -> "said " + service(words[1]).harm(words[2]);
        case "ping" -> "count " + service(words[1]).ping();
        case "task" -> job(words[1]).task().orElse("none");
        case "exit" -> exit(words[1]);
        case "limits" -> String.valueOf(job(words[1]).limits());
        case "log" -> Long.toString(logLines(words[1]));
        default -> "no such question";
      };
    } catch (PortunusException refused) {
      return "error " + String.valueOf(refused.getMessage()).replace('\n', ' ');
    }
  }

  private String attempt(String service, String text) throws IOException {
    try (FileRight file = FileRight.open(right)) {
      return service(service).attempt(List.of(text), file).getFirst();
    }
  }

  private Probe service(String name) {
    return services
        .computeIfAbsent(name, absent -> instance.open(ProbeXpc.TYPE, absent))
        .proxy(DEADLINE);
  }

  private JobStatus job(String label) {
    return launchd.proxy(DEADLINE).status().jobs().stream()
        .filter(job -> job.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  /** Launchd hears of an end a moment after the client: it is asked again until it knows. */
  private String exit(String label) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      JobStatus job = job(label);
      if (job.lastExit().isPresent()) {
        return job.lastExit().get();
      }
    }
    return "none";
  }

  private long logLines(String word) throws IOException {
    long[] count = new long[1];
    new LogFile(running.log()).read(line -> count[0] += line.contains(word) ? 1 : 0);
    return count[0];
  }
}
