// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.debugger;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.portunus.linux.process.ThisProcess;

/**
 * Listens for debuggers on the host's loopback and carries what they say into the network of a
 * sandbox, where it runs a {@link Relay}. One debugger at a time, as the agent has it.
 */
public final class DebuggerDoor implements AutoCloseable {
  private static final int SECONDS = 10;

  private final ServerSocket listener;
  private final NetworkEntry way;
  private final Consumer<String> refused;

  private DebuggerDoor(ServerSocket listener, NetworkEntry way, Consumer<String> refused) {
    this.listener = listener;
    this.way = way;
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
    List<String> relay = new ArrayList<>(java());
    relay.add(Integer.toString(agent));
    NetworkEntry way = new NetworkEntry(task, relay);
    boolean open = false;
    try {
      InetAddress here = InetAddress.getLoopbackAddress();
      DebuggerDoor door = new DebuggerDoor(new ServerSocket(port, 1, here), way, refused);
      open = true;
      return door;
    } catch (BindException taken) {
      throw new IOException("port " + port + " of 127.0.0.1: " + taken.getMessage(), taken);
    } finally {
      if (!open) {
        way.close();
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
      Process process = way.start();
      try {
        Thread in =
            Thread.ofPlatform().daemon().name("debugger").start(() -> carry(debugger, process));
        Relay.copy(process.getInputStream(), debugger.getOutputStream());
        debugger.shutdownInput();
        in.join();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw way.complaint(process);
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
    way.close();
    listener.close();
  }
}
