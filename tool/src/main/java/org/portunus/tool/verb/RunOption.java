// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.config.Configuration;
import org.portunus.tool.config.Effective;
import org.portunus.tool.config.Setting;
import org.portunus.tool.install.InstallRecord;
import org.portunus.tool.install.Place;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.RunFolder;
import picocli.CommandLine.Option;

/** The options that name an instance, and what is configured where they are silent. */
final class RunOption {
  private static final Path COMMON_FILE = Path.of("/etc/portunus.conf");

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = {
        "run folder of the instance",
        "(default: $XDG_RUNTIME_DIR/portunus;",
        "without it /run/portunus for root, else /tmp/portunus-UID;",
        "with .NAME behind it for an instance with a name)"
      })
  private Optional<Path> run = Optional.empty();

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description = "one of several instances side by side")
  private Optional<String> instance = Optional.empty();

  private Optional<Configuration> read = Optional.empty();

  Path folder() {
    if (run.isPresent() && instance.isEmpty()) {
      return run.get().toAbsolutePath();
    }
    return Path.of(effective(Setting.RUN).value());
  }

  /** What holds of instance or run. */
  Effective effective(Setting setting) {
    return switch (setting) {
      case INSTANCE -> configuration().effective(setting, "", instance, () -> "");
      case RUN ->
          effective(
              setting,
              run.map(path -> path.toAbsolutePath().toString()),
              () -> RunFolder.standard(name()).toString());
      case JOBS -> effective(setting, Optional.empty(), () -> built().jobs().toString());
      case BUNDLES -> effective(setting, Optional.empty(), () -> built().bundles().toString());
      case SPARES -> effective(setting, Optional.empty(), () -> StartVerb.SPARES);
    };
  }

  /** What holds, with the option of a verb. */
  Effective effective(Setting setting, Optional<String> option, Supplier<String> builtIn) {
    return configuration().effective(setting, name(), option, builtIn);
  }

  private static Installation built() {
    return Installation.current();
  }

  private String name() {
    return effective(Setting.INSTANCE).value();
  }

  /** The file of the installation that this program is of. */
  static Path installationFile() {
    if (System.getProperty("portunus.dist") == null) {
      return COMMON_FILE;
    }
    try {
      Optional<Path> prefix = Installation.current().installedPrefix();
      if (prefix.isEmpty()) {
        return COMMON_FILE;
      }
      Place place = new Place(Place.Scope.SYSTEM, prefix.get());
      return InstallRecord.read(place)
          .map(record -> new Place(record.scope(), prefix.get()).configuration())
          .orElse(COMMON_FILE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Configuration configuration() {
    if (read.isEmpty()) {
      try {
        read =
            Optional.of(Configuration.read(System.getenv(), RunFolder.uid(), installationFile()));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
    return read.get();
  }

  /** The socket of the instance, which must be there. */
  Path socket() {
    Path socket = folder().resolve("socket");
    if (Files.isDirectory(folder()) && !Files.isExecutable(folder())) {
      throw new PortunusException(
          ErrorCode.USAGE, folder() + " is another user's: its instance is not open to you");
    }
    if (!Files.exists(socket)) {
      throw new PortunusException(
          ErrorCode.USAGE, folder() + " has no instance: ./portunus start, or --run DIR");
    }
    return socket;
  }
}
