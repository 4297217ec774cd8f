// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.nio.file.Path;

/**
 * A file that is to be accounted for.
 *
 * @param name how reports name it, unescaped
 */
public record Found(Path path, String name, Kind kind, Time time) {
  /** What the directory says that it is. */
  public enum Kind {
    REGULAR,
    OTHER
  }

  /** When it was found. */
  public enum Time {
    AT_START,
    APPEARED
  }
}
