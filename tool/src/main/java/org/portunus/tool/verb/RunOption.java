// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.instance.RunFolder;
import picocli.CommandLine.Option;

/** The option that names the run folder of an instance. */
final class RunOption {
  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = {
        "run folder of the instance",
        "(default: $XDG_RUNTIME_DIR/portunus;",
        "without it /run/portunus for root, else /tmp/portunus-UID)"
      })
  private Optional<Path> run = Optional.empty();

  Path folder() {
    return run.map(Path::toAbsolutePath).orElseGet(RunFolder::standard);
  }

  /** The socket of the instance, which must be there. */
  Path socket() {
    Path socket = folder().resolve("socket");
    if (!Files.exists(socket)) {
      throw new PortunusException(
          ErrorCode.USAGE, folder() + " has no instance: ./portunus start, or --run DIR");
    }
    return socket;
  }
}
