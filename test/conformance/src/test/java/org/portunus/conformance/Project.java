// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project lies. */
public final class Project {
  private Project() {}

  /** The folder above the tests that holds ARCHITECTURE.md. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("the tests run outside the project");
      }
    }
    return folder;
  }
}
