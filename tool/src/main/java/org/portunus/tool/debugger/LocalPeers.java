// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.debugger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Whose the other end of a TCP connection on the loopback is, as Linux lists it. */
final class LocalPeers {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  // Columns: number, local address, remote address, state, queues, timer, retransmits, uid.
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int UID = 7;
  // In other states the socket may belong to no process any more, and Linux says uid 0.
  private static final String ESTABLISHED = "01";

  private LocalPeers() {}

  /** The uid of who connected; empty if it is not of this host, or has closed its end already. */
  static OptionalInt uid(Socket accepted) throws IOException {
    String theirs = end(accepted.getInetAddress(), accepted.getPort());
    String ours = end(accepted.getLocalAddress(), accepted.getLocalPort());
    for (Path table : TABLES) {
      if (Files.isReadable(table)) {
        OptionalInt uid =
            Files.readAllLines(table, StandardCharsets.US_ASCII).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length > UID)
                .filter(row -> row[LOCAL].endsWith(theirs) && row[REMOTE].endsWith(ours))
                .filter(row -> row[STATE].equals(ESTABLISHED))
                .mapToInt(row -> Integer.parseInt(row[UID]))
                .findFirst();
        if (uid.isPresent()) {
          return uid;
        }
      }
    }
    return OptionalInt.empty();
  }

  /** As Linux writes an IPv4 address and a port; in the table of IPv6 a prefix comes before it. */
  private static String end(InetAddress address, int port) {
    byte[] bytes = address.getAddress();
    StringBuilder text = new StringBuilder();
    for (int i = bytes.length - 1; i >= 0; i--) {
      text.append("%02X".formatted(bytes[i]));
    }
    return text.append(":%04X".formatted(port)).toString();
  }
}
