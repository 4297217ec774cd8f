// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
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

  /** The prefix below which this distribution is installed; empty for a build. */
  public Optional<Path> installedPrefix() throws IOException {
    Path version = dist.toRealPath().getParent();
    Path library = version == null ? null : version.resolve("../..").normalize();
    return Optional.ofNullable(library)
        .filter(folder -> Files.isRegularFile(folder.resolve("installed")))
        .map(folder -> folder.resolve("../..").normalize());
  }

  /**
   * The file that the broker of an instance locks, so that nobody removes the version; empty for a
   * build. The installation's owner has one of its own, which nobody else can open.
   */
  Optional<Path> versionLock() throws IOException {
    Optional<Path> prefix = installedPrefix();
    Path version = dist.toRealPath().getParent();
    if (prefix.isEmpty() || version == null) {
      return Optional.empty();
    }
    Path locks = prefix.get().resolve("lib/portunus/locks");
    return Stream.of(".owner", ".others")
        .map(whose -> locks.resolve(version.getFileName() + whose))
        .filter(Files::isReadable)
        .findFirst();
  }

  Path java() {
    return jdk.resolve("bin/java");
  }
}
