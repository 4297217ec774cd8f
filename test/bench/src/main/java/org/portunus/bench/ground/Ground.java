// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.portunus.bench.link.InstanceCall;
import org.portunus.bench.link.InstanceMain;
import org.portunus.bench.link.LinkCall;
import org.portunus.bench.link.LinkMain;
import org.portunus.bench.message.MachCall;
import org.portunus.bench.message.MachMain;
import org.portunus.bench.message.PortHeap;
import org.portunus.bench.pair.Contender;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Processors;
import org.portunus.bench.peer.CompiledPeer;
import org.portunus.bench.peer.JavaPeer;
import org.portunus.bench.peer.PeerMain;

/**
 * Where contenders come from. Its folder is gone at the end.
 *
 * @param classes where the classes of this module are
 * @param share of the work of a round that is done, for quick runs
 */
public record Ground(
    Path folder, Path classes, Processors processors, Optional<CompiledPeer> compiled, double share)
    implements AutoCloseable {
  /** What a peer in Java is called. */
  public static final String NIO = "Java NIO unix socket";

  /** The name of this system's own pairs. */
  public static final String LINK = "Portunus link";

  /** The same in an instance. */
  public static final String INSTANCE = "Portunus instance";

  private static final String SUITES = "org.portunus.conformance";

  private static final Path MEMORY = Path.of("/dev/shm");

  /** Compiles what has to be compiled. */
  public static Ground prepare(double share) throws IOException, InterruptedException {
    Path parent =
        Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    Path folder = Files.createTempDirectory(parent, "portunus-bench-");
    Path classes =
        Path.of(
            URI.create(
                Ground.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    return new Ground(
        folder, classes, Processors.ofThisProcess(), CompiledPeer.compile(folder), share);
  }

  private int share(int count) {
    return Math.max(1, (int) Math.round(count * share));
  }

  private int serviceCpu(Placement placement) {
    return switch (placement) {
      case DIFFERENT_CORES -> processors.other();
      case ONE_CORE -> processors.caller();
    };
  }

  private Optional<Contender> withoutPlace(String name, Placement placement) {
    return placement == Placement.DIFFERENT_CORES && !processors.areSeveral()
        ? Optional.of(new Contender.Missing(name, "only one processor may be used here"))
        : Optional.empty();
  }

  /** This system's own pair. */
  public Contender link(String name, LinkCall call, Placement placement, int warmUp, int count) {
    return withoutPlace(name, placement)
        .orElseGet(() ->
            new Contender.Startable(
                name,
                LinkMain.command(
                    System.getProperty("jdk.module.path", ""),
                    call,
                    processors.caller(),
                    serviceCpu(placement)),
                share(warmUp),
                share(count)));
  }

  /** A program that calls a service of an instance. */
  public Contender instance(String name, InstanceCall call, int warmUp, int count) {
    Placement placement = Placement.DIFFERENT_CORES;
    return withoutPlace(name, placement)
        .orElseGet(() ->
            new Contender.Startable(
                name,
                InstanceMain.command(
                    System.getProperty("jdk.module.path", ""),
                    call,
                    processors.caller(),
                    serviceCpu(placement)),
                share(warmUp),
                share(count)));
  }

  /** A program that sends messages to a service of an instance. */
  public Contender mach(String name, MachCall call, Placement placement, int warmUp, int count) {
    return withoutPlace(name, placement)
        .orElseGet(() ->
            new Contender.Startable(
                name,
                MachMain.command(
                    System.getProperty("jdk.module.path", ""),
                    call,
                    processors.caller(),
                    serviceCpu(placement)),
                share(warmUp),
                share(count)));
  }

  /**
   * Descriptors handed to the kernel task of an instance: what is hostile is the suites' own.
   *
   * @param kind what the suites' program is told to hand
   */
  public Contender descriptors(String name, String kind, int warmUp, int count) {
    String modules = System.getProperty("jdk.module.path", "");
    Path[] parts =
        Arrays.stream(modules.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
    if (ModuleFinder.of(parts).find(SUITES).isEmpty()) {
      return new Contender.Missing(name, SUITES + " is not installed");
    }
    return new Contender.Startable(
        name,
        MachMain.inDistribution(
            JavaProcess.ofModule(
                processors.caller(),
                modules,
                SUITES + "/org.portunus.conformance.descriptor.TurnRounds",
                List.of(kind))),
        share(warmUp),
        share(count));
  }

  /** Ports in the object layer, without an instance. */
  public Contender ports(String name, int count) {
    return new Contender.Startable(
        name,
        JavaProcess.ofModule(
                processors.caller(),
                System.getProperty("jdk.module.path", ""),
                PortHeap.MAIN,
                List.of())
            .command(),
        0,
        share(count));
  }

  /** A peer in Java. */
  public Contender java(String name, JavaPeer peer, Placement placement, int warmUp, int count) {
    Path libraries = classes.resolveSibling("peers");
    Optional<String> lack = peer.lack(libraries);
    if (lack.isPresent()) {
      return new Contender.Missing(name, lack.get());
    }
    Path own = folder.resolve(peer.name() + "-" + placement);
    return withoutPlace(name, placement)
        .orElseGet(() ->
            new Contender.Startable(
                name,
                PeerMain.command(
                    classes + ":" + libraries + "/*",
                    peer,
                    own,
                    processors.caller(),
                    serviceCpu(placement)),
                share(warmUp),
                share(count)));
  }

  /** A peer in C. */
  public Contender compiled(String name, CompiledPeer.Mode mode, Placement placement, int count) {
    if (compiled.isEmpty()) {
      return new Contender.Missing(name, "gcc is not installed");
    }
    List<String> command = compiled.get().command(mode, processors.caller(), serviceCpu(placement));
    return withoutPlace(name, placement)
        .orElseGet(() -> new Contender.Startable(name, command, 0, share(count)));
  }

  @Override
  public void close() throws IOException {
    if (compiled.isPresent()) {
      boolean _ = Files.deleteIfExists(compiled.get().program());
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.toList();
    }
    for (Path path : all.reversed()) {
      boolean _ = Files.deleteIfExists(path);
    }
  }
}
