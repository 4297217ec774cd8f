// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * Where an installation lies.
 *
 * @param prefix absolute, without what launch lines or units would read as their own
 */
public record Place(Scope scope, Path prefix) {
  private static final Path SYSTEM_PREFIX = Path.of("/usr/local");
  private static final String NOT_IN_A_PREFIX = ":\"'\\$%`";

  /** Whose installation it is. */
  public enum Scope {
    /** Root's, for everybody. */
    SYSTEM,
    /** One user's own. */
    USER
  }

  /**
   * Checks the prefix.
   *
   * @throws PortunusException USAGE naming the character that it may not have
   */
  public Place {
    if (!prefix.isAbsolute() || !prefix.equals(prefix.normalize())) {
      throw new PortunusException(ErrorCode.USAGE, prefix + " is no plain absolute path");
    }
    String text = prefix.toString();
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f || NOT_IN_A_PREFIX.indexOf(c) >= 0)) {
      throw new PortunusException(
          ErrorCode.USAGE, "a prefix has no control characters and none of " + NOT_IN_A_PREFIX);
    }
  }

  /**
   * The place that is meant.
   *
   * @param scope empty: root's own for root, else the user's
   * @param prefix empty: /usr/local, or ~/.local of a user
   */
  public static Place of(
      Optional<Scope> scope, Optional<Path> prefix, Map<String, String> environment, int uid) {
    Scope whose = scope.orElse(uid == 0 ? Scope.SYSTEM : Scope.USER);
    if (prefix.isPresent()) {
      return new Place(whose, prefix.get().toAbsolutePath().normalize());
    }
    if (whose == Scope.SYSTEM) {
      return new Place(whose, SYSTEM_PREFIX);
    }
    if (scope.isEmpty()) {
      throw new PortunusException(
          ErrorCode.USAGE, "only root installs for everybody: name --user or --prefix DIR");
    }
    String home = environment.getOrDefault("HOME", "");
    if (!home.startsWith("/")) {
      throw new PortunusException(ErrorCode.USAGE, "HOME is not set: name --prefix DIR");
    }
    return new Place(whose, Path.of(home, ".local").normalize());
  }

  Path programs() {
    return prefix.resolve("bin");
  }

  /** Everything that belongs to versions. */
  public Path library() {
    return prefix.resolve("lib/portunus");
  }

  Path versions() {
    return library().resolve("versions");
  }

  Path locks() {
    return library().resolve("locks");
  }

  Path current() {
    return library().resolve("current");
  }

  Path record() {
    return library().resolve("installed");
  }

  public Path program() {
    return programs().resolve("portunus");
  }

  public Path completion() {
    return prefix.resolve("share/bash-completion/completions/portunus");
  }

  public Path manuals() {
    return prefix.resolve("share/man/man1");
  }

  Path units() {
    return prefix.resolve(
        switch (scope) {
          case SYSTEM -> "lib/systemd/system";
          case USER -> "share/systemd/user";
        });
  }

  /** Jobs and bundles that its owner adds. */
  public Path state() {
    return switch (scope) {
      case SYSTEM -> hierarchy("var").resolve("lib/portunus");
      case USER -> prefix.resolve("state/portunus");
    };
  }

  /** The configuration file of the installation. */
  public Path configuration() {
    return hierarchy("etc").resolve("portunus.conf");
  }

  /** What is not below /usr when a prefix is. */
  private Path hierarchy(String folder) {
    return scope == Scope.SYSTEM && prefix.startsWith("/usr")
        ? Path.of("/", folder)
        : prefix.resolve(folder);
  }
}
