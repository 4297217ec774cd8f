// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.identity;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * One file of a bundle, as its identity sees it.
 *
 * @param path relative, NFC, '/' between names, at most {@value #MAX_PATH} bytes of UTF-8
 * @param executable owner 4, group 2, others 1
 * @param size bytes
 * @param sha256 32 bytes
 */
public record CodeFile(String path, int executable, long size, byte[] sha256) {
  /** The only kind of file that a bundle may have. */
  public static final int REGULAR = 1;

  /** Longest path, in bytes of UTF-8. */
  public static final int MAX_PATH = 512;

  static final Comparator<CodeFile> BY_PATH_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.pathBytes(), b.pathBytes());

  public CodeFile {
    checkPath(path);
    if (executable < 0 || executable > 7 || size < 0 || sha256.length != CodeIdentity.BYTES) {
      throw new IllegalArgumentException("executable bits, size or hash out of range: " + path);
    }
    sha256 = sha256.clone();
  }

  /**
   * @throws IllegalArgumentException if a bundle may not have a file of this path
   */
  public static void checkPath(String path) {
    boolean wellFormed =
        !path.isEmpty()
            && path.getBytes(StandardCharsets.UTF_8).length <= MAX_PATH
            && (isAscii(path) || Normalizer.isNormalized(path, Normalizer.Form.NFC))
            && path.chars().noneMatch(Character::isISOControl)
            && Arrays.stream(path.split("/", -1))
                .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
    if (!wellFormed) {
      throw new IllegalArgumentException("not a bundle path: " + path);
    }
  }

  /** Most are, and spare a start the tables of Unicode. */
  private static boolean isAscii(String path) {
    return path.chars().allMatch(c -> c < 0x80);
  }

  byte[] pathBytes() {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] sha256() {
    return sha256.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodeFile(var p, var x, var s, var h)
        && path.equals(p)
        && executable == x
        && size == s
        && Arrays.equals(sha256, h);
  }

  @Override
  public int hashCode() {
    return path.hashCode() * 31 + Arrays.hashCode(sha256);
  }
}
