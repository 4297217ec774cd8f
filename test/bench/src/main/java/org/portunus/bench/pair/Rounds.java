// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The calling process of a pair, until its input ends.
 *
 * @param requests what to do, a line each
 * @param results the figures
 */
public record Rounds(InputStream requests, PrintStream results) {
  private static final String WARM = "warm";

  /** What a round does. */
  public interface Round {
    /** Does this much and returns the figures. */
    long[] run(int count) throws IOException;

    /** Does this much, as fast as it goes. */
    default void warm(int count) throws IOException {
      long[] _ = run(count);
    }
  }

  /**
   * Runs what is asked for.
   *
   * @param others pids of the processes that take part beside this one
   */
  public void serve(Round round, long... others) throws IOException {
    results.println(
        LongStream.concat(LongStream.of(ProcessHandle.current().pid()), Arrays.stream(others))
            .mapToObj(Long::toString)
            .collect(Collectors.joining(" ")));
    results.flush();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(requests, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        int count = Integer.parseInt(words[1]);
        if (words[0].equals(WARM)) {
          round.warm(count);
          results.println(count);
        } else {
          results.println(
              Arrays.stream(round.run(count))
                  .mapToObj(Long::toString)
                  .collect(Collectors.joining(" ")));
        }
        results.flush();
      }
    }
  }
}
