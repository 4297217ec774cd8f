// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processors that this process may use.
 *
 * @param numbers ascending, at least one
 */
public record Processors(List<Integer> numbers) {
  private static final String KEY = "Cpus_allowed_list:";

  public Processors {
    numbers = List.copyOf(numbers);
  }

  /** As the kernel says. */
  public static Processors ofThisProcess() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(KEY)) {
        return parse(line.substring(KEY.length()).strip());
      }
    }
    throw new IOException("/proc/self/status has no " + KEY);
  }

  /** From the form of the kernel: "0-2,5". */
  static Processors parse(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-");
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int i = Integer.parseInt(ends[0]); i <= last; i++) {
        numbers.add(i);
      }
    }
    return new Processors(numbers);
  }

  /** Where the caller runs. */
  public int caller() {
    return numbers.getFirst();
  }

  public boolean areSeveral() {
    return numbers.size() > 1;
  }

  /** Where the other runs if it is not with the caller. */
  public int other() {
    return numbers.getLast();
  }
}
