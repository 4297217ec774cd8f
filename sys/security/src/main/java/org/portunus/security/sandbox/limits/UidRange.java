// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of uids, and of equal gids, that belongs to sandboxes and to nobody else.
 *
 * @param first the lowest id
 * @param size how many
 */
public record UidRange(int first, int size) {
  /** What is reserved unless the administrator names another range. */
  public static final UidRange RESERVED = new UidRange(700_000, 4096);

  private static final int LOWEST = 65_537; // above system users and the overflow uid
  private static final List<String> ACCOUNTS = List.of("passwd", "group");
  private static final List<String> SUBORDINATES = List.of("subuid", "subgid");

  public UidRange {
    if (first < LOWEST || size < 1 || first > Integer.MAX_VALUE - size) {
      throw new IllegalArgumentException(
          "a range starts above " + (LOWEST - 1) + " and has a size: " + first + "+" + size);
    }
  }

  /** Whether the id lies in it. */
  public boolean contains(long id) {
    return id >= first && id < (long) first + size;
  }

  private boolean overlaps(long start, long count) {
    return start < (long) first + size && first < start + count;
  }

  /**
   * Who else uses ids of this range, one line each; empty when it is free. Users of a directory
   * service are not seen.
   *
   * @param etc {@code /etc}
   */
  public List<String> conflicts(Path etc) throws IOException {
    List<String> conflicts = new ArrayList<>();
    for (String file : ACCOUNTS) {
      for (String[] fields : entries(etc.resolve(file))) {
        if (fields.length > 2 && contains(number(fields[2]))) {
          conflicts.add(file + " has \"" + fields[0] + "\" with id " + fields[2]);
        }
        if (file.equals("passwd") && fields.length > 3 && contains(number(fields[3]))) {
          conflicts.add(file + " has \"" + fields[0] + "\" with group " + fields[3]);
        }
      }
    }
    for (String file : SUBORDINATES) {
      for (String[] fields : entries(etc.resolve(file))) {
        if (fields.length > 2 && overlaps(number(fields[1]), number(fields[2]))) {
          conflicts.add(file + " gives \"" + fields[0] + "\" " + fields[1] + "+" + fields[2]);
        }
      }
    }
    return conflicts;
  }

  private static List<String[]> entries(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file, java.nio.charset.StandardCharsets.ISO_8859_1).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(":", -1))
        .toList();
  }

  /** The number, or -1 for what is none, such as a name in subuid. */
  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }
}
