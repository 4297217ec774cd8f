// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.debugger;

import java.io.IOException;
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
  private static final int UID = 7;

  private LocalPeers() {}

  /** The uid of who connected; empty for a connection that is not of this host. */
  static OptionalInt uid(Socket accepted) throws IOException {
    String theirs = port(accepted.getPort());
    String ours = port(accepted.getLocalPort());
    for (Path table : TABLES) {
      if (Files.isReadable(table)) {
        OptionalInt uid =
            Files.readAllLines(table, StandardCharsets.US_ASCII).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length > UID)
                .filter(row -> row[LOCAL].endsWith(theirs) && row[REMOTE].endsWith(ours))
                .mapToInt(row -> Integer.parseInt(row[UID]))
                .findFirst();
        if (uid.isPresent()) {
          return uid;
        }
      }
    }
    return OptionalInt.empty();
  }

  private static String port(int number) {
    return ":%04X".formatted(number);
  }
}
