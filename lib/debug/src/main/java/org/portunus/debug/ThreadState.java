// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.util.List;
import java.util.Optional;

/**
 * A thread at one moment.
 *
 * @param state of {@link Thread.State}
 * @param waitsFor what it is blocked or parked on; with who owns it, where that is known
 * @param frames from the one that runs, at most {@value #FRAMES}, and a last line that says how
 *     many are left out
 */
public record ThreadState(
    long id,
    String name,
    String state,
    boolean daemon,
    Optional<String> waitsFor,
    List<String> frames) {
  /** Most threads of an answer. */
  static final int MOST = 256;

  /** Most frames of a thread. */
  static final int FRAMES = 100;

  private static final int LONGEST_NAME = 200;

  public ThreadState {
    frames = List.copyOf(frames);
  }

  /** The beginning of a name that the code chose. */
  static String shortened(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }
}
