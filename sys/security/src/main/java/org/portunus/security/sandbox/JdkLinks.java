// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files outside a JDK that links inside it lead to. Distributions keep settings of the JDK in
 * {@code /etc} and its certificates with those of the machine; without them it does not start. Only
 * absolute links in {@code conf} and {@code lib} to regular files count: sources and documents are
 * no part of a running JDK.
 */
public final class JdkLinks {
  private static final int DEPTH = 4;
  private static final int MAXIMUM = 64;

  private JdkLinks() {}

  /**
   * The targets as the links name them: each must stand there in every root that has this JDK.
   *
   * @throws IOException when the JDK can't be read, or has more such links than any known one
   */
  public static List<Path> of(Path jdk) throws IOException {
    try (Stream<Path> conf = Files.walk(jdk.resolve("conf"), DEPTH);
        Stream<Path> lib = Files.walk(jdk.resolve("lib"), DEPTH)) {
      List<Path> links = Stream.concat(conf, lib).filter(Files::isSymbolicLink).toList();
      List<Path> targets =
          links.stream()
              .map(JdkLinks::target)
              .filter(target -> target.isAbsolute() && !target.startsWith(jdk))
              .filter(Files::isRegularFile)
              .distinct()
              .sorted()
              .toList();
      if (targets.size() > MAXIMUM) {
        throw new IOException(
            jdk + " has links to " + targets.size() + " files outside it, more than " + MAXIMUM);
      }
      return targets;
    }
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link).normalize();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
