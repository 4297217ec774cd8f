// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.debugger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.process.ThisProcess;

/**
 * Listens for debuggers on the host's loopback and carries what they say into the network of a
 * sandbox: util-linux's nsenter runs a {@link Relay} there. One debugger at a time, as the agent
 * has it. Who may not enter the sandbox's namespaces, which Linux decides, has no relay.
 */
public final class DebuggerDoor implements AutoCloseable {
  private static final Path NSENTER = Path.of("/usr/bin/nsenter");
  private static final int SECONDS = 10;

  private final ServerSocket listener;
  private final List<String> relay;
  private final Consumer<String> refused;

  private DebuggerDoor(ServerSocket listener, List<String> relay, Consumer<String> refused) {
    this.listener = listener;
    this.relay = List.copyOf(relay);
    this.refused = refused;
  }

  /**
   * Listens.
   *
   * @param port on the host's loopback; 0 for any
   * @param task host pid of the task's process
   * @param agent the agent's port in the sandbox
   * @param refused hears of other users who were turned away
   */
  public static DebuggerDoor open(int port, long task, int agent, Consumer<String> refused)
      throws IOException {
    if (!Files.isExecutable(NSENTER)) {
      throw new PortunusException(
          ErrorCode.DEBUG_REFUSED,
          "no " + NSENTER + ", which a debugger needs: install util-linux");
    }
    List<String> relay = new ArrayList<>(List.of(NSENTER.toString(), "--target", "" + task));
    if (ThisProcess.uid() != 0) {
      relay.addAll(List.of("--user", "--preserve-credentials"));
    }
    relay.add("--net");
    relay.addAll(java());
    relay.add(Integer.toString(agent));
    ServerSocket listener = new ServerSocket();
    boolean bound = false;
    try {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      bound = true;
      return new DebuggerDoor(listener, relay, refused);
    } finally {
      if (!bound) {
        listener.close();
      }
    }
  }

  private static List<String> java() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    URI code =
        URI.create(Relay.class.getProtectionDomain().getCodeSource().getLocation().toString());
    List<String> command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-Xmx32m"));
    if ("file".equals(code.getScheme())) {
      command.addAll(List.of("-cp", Path.of(code).toString(), Relay.class.getName()));
    } else {
      command.addAll(List.of("-m", "org.portunus.tool/" + Relay.class.getName()));
    }
    return command;
  }

  /** Where debuggers connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Serves the next debugger of this user to its end; others are turned away. */
  public void serve() throws IOException, InterruptedException {
    try (Socket debugger = accept()) {
      debugger.setTcpNoDelay(true);
      Process process =
          new ProcessBuilder(relay).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try {
        Thread in =
            Thread.ofPlatform().daemon().name("debugger").start(() -> carry(debugger, process));
        Relay.copy(process.getInputStream(), debugger.getOutputStream());
        debugger.shutdownInput();
        in.join();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new PortunusException(
              ErrorCode.DEBUG_REFUSED, "the way into the sandbox's network ended: " + process);
        }
      } finally {
        process.destroy();
      }
    }
  }

  private Socket accept() throws IOException {
    while (true) {
      Socket debugger = listener.accept();
      OptionalInt uid = LocalPeers.uid(debugger);
      if (uid.isPresent() && (uid.getAsInt() == ThisProcess.uid() || uid.getAsInt() == 0)) {
        return debugger;
      }
      debugger.close();
      refused.accept("turned away a connection of uid " + (uid.isPresent() ? uid.getAsInt() : "?"));
    }
  }

  private static void carry(Socket debugger, Process process) {
    try (var out = process.getOutputStream()) {
      Relay.copy(debugger.getInputStream(), out);
    } catch (IOException ended) {
      // The other direction tells how.
      process.destroy();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
