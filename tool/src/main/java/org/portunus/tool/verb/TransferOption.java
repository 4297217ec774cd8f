// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import org.portunus.tool.install.VersionTree;
import picocli.CommandLine.Option;

/** The option that says how files get into an installation. */
final class TransferOption {
  @Option(
      names = "--link",
      description = "hard links instead of copies: for packages, whose own files stay")
  private boolean link;

  VersionTree.Transfer transfer() {
    return link ? VersionTree.Transfer.HARD_LINK : VersionTree.Transfer.COPY;
  }
}
