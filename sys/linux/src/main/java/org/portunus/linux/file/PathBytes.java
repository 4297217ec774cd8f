// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of a path as the file system has them. A name need not be text in any encoding, and the
 * JVM's may be ASCII; then {@link Path#toString} is not what the directory said, but the path's URI
 * is.
 */
final class PathBytes {
  private PathBytes() {}

  /** With a zero byte at the end. */
  static byte[] terminated(Path path) {
    String text = path.toString();
    return text.chars().allMatch(c -> c < 128)
        ? (text + '\0').getBytes(StandardCharsets.US_ASCII)
        : decoded(path.toUri().getRawPath());
  }

  private static byte[] decoded(String raw) {
    int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(end + 1);
    int i = 0;
    while (i < end) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 3;
      } else {
        bytes.write(raw.charAt(i));
        i++;
      }
    }
    bytes.write(0);
    return bytes.toByteArray();
  }
}
