// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What all tasks of an instance together make the kernel hold at most, so that its memory is
 * enough. A task may grow to a quarter of what is left at the moment: many greedy ones squeeze each
 * other, and something always remains for the next.
 *
 * @param names entries of all spaces
 * @param bytes of all messages, counted as in {@link Quota}
 */
public record Pool(int names, long bytes) {
  private static final int PART = 4;

  public static final Pool STANDARD = new Pool(32_768, 32L << 20);

  /** To how much one task may grow. */
  long share(long all, long held) {
    return Math.max(0, all - held) / PART;
  }
}
