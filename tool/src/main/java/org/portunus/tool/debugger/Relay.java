// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.debugger;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * Main of a process in the network of a sandbox: its standard input and output are a debugger's
 * connection, which it carries to the agent. It needs nothing but the JDK.
 */
public final class Relay {
  private static final int BUFFER = 64 << 10;

  private Relay() {}

  /**
   * Carries until one side ends.
   *
   * @param arguments the port
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (Socket agent =
        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))) {
      agent.setTcpNoDelay(true);
      Thread back =
          Thread.ofPlatform()
              .name("back")
              .daemon()
              .start(() -> {
                try {
                  copy(agent.getInputStream(), System.out);
                } catch (IOException ended) {
                  System.err.println("portunus: debugger: " + ended.getMessage());
                }
                System.exit(0);
              });
      copy(System.in, agent.getOutputStream());
      agent.shutdownOutput();
      back.join();
    }
  }

  /** Copies as it comes, to the end. */
  static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
      out.flush();
    }
  }
}
