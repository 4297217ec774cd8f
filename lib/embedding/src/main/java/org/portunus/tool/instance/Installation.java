// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * Where the built system lies.
 *
 * @param jdk home of the JDK that runs every task
 * @param dist folder with system, tool, jobs and bundles
 */
public record Installation(Path jdk, Path dist) {

  /** The one that this program was started from: the properties java.home and portunus.dist. */
  public static Installation current() {
    String dist = System.getProperty("portunus.dist");
    if (dist == null) {
      throw new PortunusException(
          ErrorCode.USAGE, "the property portunus.dist is not set: start this by ./portunus");
    }
    return new Installation(Path.of(System.getProperty("java.home")), Path.of(dist)).checked();
  }

  private Installation checked() {
    if (!Files.isDirectory(system())) {
      throw new PortunusException(ErrorCode.USAGE, system() + " is missing: ./portunus build");
    }
    return this;
  }

  public Path system() {
    return dist.resolve("system");
  }

  public Path jobs() {
    return dist.resolve("jobs");
  }

  public Path bundles() {
    return dist.resolve("bundles");
  }

  Path java() {
    return jdk.resolve("bin/java");
  }
}
