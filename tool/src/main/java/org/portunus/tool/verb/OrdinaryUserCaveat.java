// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What must be said first of an instance that was not started by root. CAVEATS.md has it too. */
final class OrdinaryUserCaveat {
  static final String TEXT =
      "Without root, Portunus protects the user from sandboxed code, not from other programs that"
          + " the same user runs unsandboxed.";

  private OrdinaryUserCaveat() {}

  /** The caveat, unless the instance with this socket belongs to root. */
  static Optional<String> of(Path socket) throws IOException {
    int owner = (Integer) Files.getAttribute(socket, "unix:uid");
    return owner == 0 ? Optional.empty() : Optional.of(TEXT);
  }
}
