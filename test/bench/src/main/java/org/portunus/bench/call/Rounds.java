// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The calling process of a pair: the same lines in and out as peer.c.
 *
 * @param requests how many round trips, a line each
 * @param results what they took
 */
record Rounds(InputStream requests, PrintStream results) {
  private static final int WARM_UP = 200_000;

  /** Makes one round trip. */
  interface RoundTrip {
    void make() throws IOException;
  }

  void run(long otherPid, RoundTrip call) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      call.make();
    }
    results.println(ProcessHandle.current().pid() + " " + otherPid);
    results.flush();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(requests, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        results.println(round(new long[Integer.parseInt(line)], call));
        results.flush();
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
