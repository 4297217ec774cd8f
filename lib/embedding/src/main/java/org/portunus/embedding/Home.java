// SPDX-License-Identifier: Apache-2.0
package org.portunus.embedding;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.instance.Installation;

/**
 * Finds the Portunus that this machine has. The first of these that is set is taken, and must be
 * one: the property portunus.dist, the property portunus.home, the environment's PORTUNUS_HOME, the
 * record that install-local writes beside the jar of this class.
 */
final class Home {
  /** Name of the record: one line, the folder. */
  static final String RECORD = "portunus.home";

  /** Where the folder {@code system} is, seen from a home. */
  private static final List<String> PLACES = List.of("", "target/dist", "lib/portunus");

  private Home() {}

  static Installation installation() {
    return find(System.getProperties(), System.getenv(), besideThisClass());
  }

  static Installation find(
      Properties properties, Map<String, String> environment, Optional<Path> record) {
    List<Named> named = new ArrayList<>();
    add(named, "the property portunus.dist", properties.getProperty("portunus.dist", ""));
    add(named, "the property portunus.home", properties.getProperty("portunus.home", ""));
    add(named, "PORTUNUS_HOME", environment.getOrDefault("PORTUNUS_HOME", ""));
    record.ifPresent(file -> add(named, file.toString(), line(file)));
    if (named.isEmpty()) {
      throw new PortunusException(
          ErrorCode.MACHINE,
          "no Portunus is known to this program: ./portunus install-local records one,"
              + " PORTUNUS_HOME or -Dportunus.home names one");
    }
    Named first = named.getFirst();
    Path home = Path.of(first.path());
    for (String place : PLACES) {
      if (Files.isDirectory(home.resolve(place).resolve("system/task"))) {
        Path jdk = Path.of(properties.getProperty("java.home", ""));
        return new Installation(jdk, home.resolve(place).toAbsolutePath().normalize());
      }
    }
    throw new PortunusException(
        ErrorCode.MACHINE,
        first.from() + " says " + home + ", where there is no built Portunus: ./portunus build");
  }

  private record Named(String from, String path) {}

  private static void add(List<Named> named, String from, String path) {
    if (!path.isEmpty()) {
      named.add(new Named(from, path));
    }
  }

  private static String line(Path record) {
    try {
      return Files.readString(record).strip();
    } catch (IOException failure) {
      throw new PortunusException(ErrorCode.MACHINE, record + " can't be read", failure);
    }
  }

  private static Optional<Path> besideThisClass() {
    CodeSource source = Home.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Optional.empty();
    }
    try {
      URI location = source.getLocation().toURI();
      return Optional.of(Path.of(location).resolveSibling(RECORD)).filter(Files::isRegularFile);
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException notAFile) {
      return Optional.empty();
    }
  }
}
