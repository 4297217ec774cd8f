// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * What attempts aim at beside files: a process that counts, a port, two unix sockets. The process
 * is the canary: its count and its word must be what they were.
 */
final class Targets implements AutoCloseable {
  private static final String COUNTER =
      "n=0; while read word; do n=$((n + 1)); echo $n $word; done";
  private static final List<Path> SETTINGS =
      List.of(
          Path.of("/proc/sys/kernel/core_pattern"),
          Path.of("/proc/sys/kernel/modprobe"),
          Path.of("/proc/sys/kernel/randomize_va_space"),
          Path.of("/proc/sys/vm/overcommit_memory"),
          Path.of("/proc/sys/kernel/hostname"));

  private final Ground ground;
  private final Program counter;
  private final ServerSocket port;
  private final ServerSocketChannel socket;
  private final Descriptor hidden;
  private final String name;
  private final String settings;
  private final String contents;
  private int count;

  private Targets(
      Ground ground,
      Program counter,
      ServerSocket port,
      ServerSocketChannel socket,
      Descriptor hidden,
      String name)
      throws IOException {
    this.ground = ground;
    this.counter = counter;
    this.port = port;
    this.socket = socket;
    this.hidden = hidden;
    this.name = name;
    this.settings = settings();
    this.contents = ground.contents();
  }

  static Targets open(Ground ground, Caller caller) throws IOException {
    String name = "portunus-" + caller + "-" + ProcessHandle.current().pid();
    Path path = ground.folder().resolve("socket");
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(path), 64);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    Targets targets =
        new Targets(
            ground,
            Program.start(caller.command(List.of("/bin/sh", "-c", COUNTER)), Map.of()),
            new ServerSocket(0, 64, InetAddress.getLoopbackAddress()),
            socket,
            listen(name),
            name);
    targets.awaitCounter();
    return targets;
  }

  /** Until the process is the shell: while it executes, its list of maps reads as empty. */
  private void awaitCounter() throws IOException {
    count++;
    counter.ask("started");
  }

  private static Descriptor listen(String name) throws LinuxException {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    long number = LinuxException.check("socket", SystemCall.invoke(Call.SOCKET, 1, 1, 0));
    Descriptor socket = Descriptor.own((int) number);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(3L + bytes.length, 8);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
      MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 3, bytes.length);
      LinuxException.check(
          "bind",
          SystemCall.invoke(Call.BIND, socket.raw(), address.address(), address.byteSize()));
      LinuxException.check("listen", SystemCall.invoke(Call.LISTEN, socket.raw(), 64));
    }
    return socket;
  }

  private static String settings() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path setting : SETTINGS) {
      if (Files.isReadable(setting)) {
        all.append(setting).append('=').append(Files.readString(setting));
      }
    }
    return all.toString();
  }

  /**
   * The attempt with its targets filled in.
   *
   * @param jdk where the attempt's process sees the JDK
   * @param system where it sees its modules
   */
  String fill(String attempt, Path jdk, Path system) throws IOException {
    return attempt
        .replace("{secret}", ground.secret().toString())
        .replace("{shared}", ground.right().toString())
        .replace("{folder}", ground.folder().toString())
        .replace("{jdk}", jdk.toString())
        .replace("{system}", system.toString())
        .replace("{name}", name)
        .replace("{port}", Integer.toString(port.getLocalPort()))
        .replace("{canary}", Long.toString(counter.pid()))
        .replace("{address}", address());
  }

  private String address() throws IOException {
    Path maps = Path.of("/proc", Long.toString(counter.pid()), "maps");
    String first = Files.readAllLines(maps).getFirst();
    return "0x" + first.substring(0, first.indexOf('-'));
  }

  /** What is not as it was; empty when nothing was touched. */
  String changes() throws IOException {
    StringBuilder changes = new StringBuilder();
    count++;
    String said = counter.ask("alive");
    if (!said.equals(count + " alive")) {
      changes.append("the counting process said ").append(said).append("; ");
    }
    if (!settings().equals(settings)) {
      changes.append("a setting of the host changed: ").append(settings()).append("; ");
    }
    if (!ground.contents().equals(contents)) {
      changes.append("a file was changed; ");
    }
    return changes.toString();
  }

  @Override
  public void close() throws IOException {
    counter.close();
    port.close();
    socket.close();
    hidden.close();
    Files.deleteIfExists(ground.folder().resolve("socket"));
  }
}
