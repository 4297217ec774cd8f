// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file outside the versions: a unit, a manual page, the configuration. */
public record Provided(Path path, String text) {
  Path folder() {
    return path.resolveSibling("").normalize();
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
