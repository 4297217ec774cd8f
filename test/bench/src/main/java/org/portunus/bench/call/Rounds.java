// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The calling process of a pair: the same lines in and out as peer.c. */
final class Rounds {
  private static final int WARM_UP = 200_000;

  /** Makes one round trip. */
  interface RoundTrip {
    void make() throws IOException;
  }

  private Rounds() {}

  static void run(long otherPid, RoundTrip call) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    for (int i = 0; i < WARM_UP; i++) {
      call.make();
    }
    out.println(ProcessHandle.current().pid() + " " + otherPid);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(round(new long[Integer.parseInt(line)], call));
      }
    }
  }

  private static String round(long[] nanos, RoundTrip call) throws IOException {
    for (int i = 0; i < nanos.length; i++) {
      long begin = System.nanoTime();
      call.make();
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    int n = nanos.length;
    return "%d %d %d %d %d"
        .formatted(
            nanos[n / 2],
            nanos[n / 10 * 9],
            nanos[n / 100 * 99],
            nanos[n / 1000 * 999],
            nanos[n - 1]);
  }
}
