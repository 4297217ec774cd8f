// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/**
 * Main of the program that {@code ./portunus bench mach} has hand descriptors to the kernel task of
 * an instance of its own: every hostile kind that this machine has and floods of them, or as many
 * that are ordinary. It prints its pid, then does what its input asks, a line each: {@code warm N}
 * and {@code run N}. Each run answers with microseconds of the longest turn of the kernel task's
 * loop meanwhile, which the kernel task itself tells, how many kinds there were, and how many
 * descriptors were handed one by one.
 */
public final class TurnRounds {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String HOSTILE = "hostile";

  private final Path folder;
  private final Path socket;
  private final LaunchControl control;
  private final List<HostileFile> kinds;
  private final boolean floods;

  private TurnRounds(
      Path folder, Path socket, LaunchControl control, List<HostileFile> kinds, boolean floods) {
    this.folder = folder;
    this.socket = socket;
    this.control = control;
    this.kinds = kinds;
    this.floods = floods;
  }

  /** Serves until its input ends. */
  public static void main(String[] arguments) throws IOException, MalformedFrameException {
    boolean hostile = arguments[0].equals(HOSTILE);
    Path folder =
        Files.createTempDirectory(
            "descriptors-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (PrivateInstance instance = PrivateInstance.start(Installation.current(), empty, empty);
        Instance client = Instance.connect(instance.socket());
        ServiceConnection<LaunchControl> connection = client.open(LaunchControlXpc.TYPE)) {
      List<HostileFile> there = there(folder);
      new TurnRounds(
              folder,
              instance.socket(),
              connection.proxy(DEADLINE),
              hostile ? there : Collections.nCopies(there.size(), HostileFile.ORDINARY),
              hostile)
          .serve();
    } finally {
      Files.delete(empty);
      Files.delete(folder);
    }
    System.exit(0);
  }

  /** The kinds that this machine has; the others are told where a person looks. */
  private static List<HostileFile> there(Path folder) {
    List<HostileFile> there = new ArrayList<>();
    for (HostileFile file :
        Stream.of(HostileFile.values()).filter(HostileFile::isHostile).toList()) {
      try (HeldFiles _ = file.make(folder)) {
        there.add(file);
      } catch (IOException missing) {
        System.err.println("not on this machine: " + file.title() + ": " + missing.getMessage());
      }
    }
    return there;
  }

  private void serve() throws IOException, MalformedFrameException {
    tell(Long.toString(ProcessHandle.current().pid()));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      int times = Integer.parseInt(words[1]);
      long longest = run(times);
      tell("%d %d %d".formatted(longest, kinds.size(), times * kinds.size()));
    }
  }

  private static void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private long run(int times) throws IOException, MalformedFrameException {
    long _ = recent();
    try (SelfServed task = SelfServed.enter(socket)) {
      for (int i = 0; i < times; i++) {
        for (HostileFile kind : kinds) {
          try (HeldFiles files = kind.make(folder)) {
            var _ = task.hand(kind, files);
            files.afterTaken();
          }
        }
      }
    }
    if (floods) {
      String _ = Flood.unasked(socket, folder);
      String _ = Flood.deposited(socket, folder);
    } else {
      String _ = Flood.ordinary(socket, folder);
    }
    return recent();
  }

  /** Microseconds of the longest turn since the last call. */
  private long recent() {
    return control.load().kernelTurns().recentMicros();
  }
}
