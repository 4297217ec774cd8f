// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.config.Effective.Origin;

/** Environment and files of one user of one installation. */
public final class Configuration {
  private static final String NAME = "portunus.conf";

  private final Map<String, String> environment;
  private final Optional<ConfigurationFile> user;
  private final Optional<ConfigurationFile> installation;

  private Configuration(
      Map<String, String> environment,
      Optional<ConfigurationFile> user,
      Optional<ConfigurationFile> installation) {
    this.environment = Map.copyOf(environment);
    this.user = user;
    this.installation = installation;
  }

  /**
   * Reads what is there.
   *
   * @param installationFile may be missing
   * @throws PortunusException USAGE or DENIED for a file that can't be used
   */
  public static Configuration read(Map<String, String> environment, int uid, Path installationFile)
      throws IOException {
    Optional<Path> own = userFile(environment);
    return new Configuration(
        environment,
        own.isPresent() ? ConfigurationFile.read(own.get(), uid) : Optional.empty(),
        ConfigurationFile.read(installationFile, uid));
  }

  /** Below XDG_CONFIG_HOME, else HOME/.config; empty for a program without a home. */
  public static Optional<Path> userFile(Map<String, String> environment) {
    String folder = environment.getOrDefault("XDG_CONFIG_HOME", "");
    if (folder.startsWith("/")) {
      return Optional.of(Path.of(folder, NAME));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.startsWith("/") ? Optional.of(Path.of(home, ".config", NAME)) : Optional.empty();
  }

  /**
   * What holds.
   *
   * @param instance its name, empty for the one without
   * @param option what the command line says
   * @throws PortunusException USAGE when the strongest value is wrong
   */
  public Effective effective(
      Setting setting, String instance, Optional<String> option, Supplier<String> builtIn) {
    Effective found = find(setting, instance, option, builtIn);
    setting
        .problem(found.value())
        .ifPresent(why -> {
          throw new PortunusException(ErrorCode.USAGE, found.where() + ": " + why);
        });
    return found;
  }

  private Effective find(
      Setting setting, String instance, Optional<String> option, Supplier<String> builtIn) {
    if (option.isPresent()) {
      return new Effective(setting, option.get(), Origin.OPTION, "--" + setting.key());
    }
    String variable = environment.getOrDefault(setting.variable(), "");
    if (!variable.isEmpty()) {
      return new Effective(setting, variable, Origin.ENVIRONMENT, setting.variable());
    }
    Optional<ConfigurationFile.Line> line = user.flatMap(file -> file.find(setting, instance));
    if (line.isPresent()) {
      return new Effective(setting, line.get().value(), Origin.USER_FILE, line.get().where());
    }
    line = installation.flatMap(file -> file.find(setting, instance));
    return line.map(
            found -> new Effective(setting, found.value(), Origin.INSTALLATION_FILE, found.where()))
        .orElseGet(() -> new Effective(setting, builtIn.get(), Origin.BUILT_IN, ""));
  }
}
