// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.conformance.link.Control.Said;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.Spawn;
import org.portunus.linux.socket.UnixSocket;

/** A process of the suite as the judge has it: what it said, and what /proc says of it. */
final class Party implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(40);

  private final Child child;
  private final Control control;
  private final Map<String, String> said = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private boolean ended;
  private long end = System.nanoTime() + PATIENCE;

  private Party(Child child, Control control) {
    this.child = child;
    this.control = control;
    Thread.ofPlatform().daemon().name("hears-" + child.pid()).start(this::hear);
  }

  /**
   * Starts it as a child.
   *
   * @param options more of them for its Java machine
   * @param more its descriptor 11
   */
  static Party start(Class<?> main, List<String> options, Descriptor more) throws LinuxException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m", "-Xss512k"));
    command.addAll(List.of("-XX:-UsePerfData", "-ea:org.portunus..."));
    command.add("--enable-native-access=org.portunus.linux");
    command.add("--illegal-native-access=deny");
    command.addAll(List.of("-p", System.getProperty("jdk.module.path", "")));
    command.addAll(options);
    command.addAll(List.of("-m", "org.portunus.conformance/" + main.getName()));
    try (UnixSocket.Pair pair = UnixSocket.pair()) {
      Child child =
          Spawn.of(command.getFirst(), command)
              .descriptor(pair.second(), Control.CHILD)
              .descriptor(more, Control.CHILD + 1)
              .descriptor(2, 2)
              .start();
      return new Party(child, new Control(pair.first().duplicate(0)));
    }
  }

  private void hear() {
    Optional<Said> next = control.hear();
    while (next.isPresent()) {
      synchronized (this) {
        if (next.get().word().equals("BROKEN")) {
          broken.add(next.get().text());
        }
        said.put(next.get().word() + next.get().number(), next.get().text());
        notifyAll();
      }
      next = control.hear();
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  void say(String word, int number, String text, Descriptor... descriptors) {
    control.say(word, number, text, descriptors);
  }

  /** All that is awaited next must come by one time from now: cases run at once. */
  synchronized void begin() {
    end = System.nanoTime() + PATIENCE;
  }

  /** What it says of a case under this word; empty when it does not in time, or is gone. */
  synchronized Optional<String> await(String word, int number) {
    while (!said.containsKey(word + number)) {
      long left = end - System.nanoTime();
      if (left <= 0 || ended) {
        return Optional.empty();
      }
      try {
        wait(Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.ofNullable(said.remove(word + number));
  }

  /** Puts back what was said, for who asks again. */
  synchronized void remember(String word, int number, String text) {
    said.put(word + number, text);
  }

  /** Throwables that nobody caught there, since this was asked last. */
  synchronized List<String> broken() {
    List<String> all = List.copyOf(broken);
    broken.clear();
    return all;
  }

  synchronized boolean isAlive() {
    return !ended;
  }

  void signal(int signal) {
    int _ = child.signal(signal);
  }

  /** What a link costs: descriptors, and mappings of link memory. */
  record Held(int descriptors, int mappings) {
    boolean isAtMost(Held other) {
      return descriptors <= other.descriptors && mappings <= other.mappings;
    }
  }

  Held held() throws IOException {
    Path folder = Path.of("/proc", Integer.toString(child.pid()));
    int mappings = 0;
    for (String line : Files.readAllLines(folder.resolve("maps"))) {
      mappings += line.contains("memfd:portunus-link") ? 1 : 0;
    }
    try (Stream<Path> open = Files.list(folder.resolve("fd"))) {
      return new Held((int) open.count(), mappings);
    }
  }

  @Override
  public void close() {
    signal(Signal.KILL);
    control.shutdown();
    try {
      var _ = child.await();
    } catch (LinuxException gone) {
      throw new IllegalStateException("a child that can't be waited for", gone);
    } finally {
      child.close();
    }
  }
}
