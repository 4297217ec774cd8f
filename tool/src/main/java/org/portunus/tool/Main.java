// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool;

import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.verb.CommandLineParser;

/** Main of the command line. */
public final class Main {
  private Main() {}

  /** Ends with the verb's exit status: {@link org.portunus.tool.verb.ExitStatus}. */
  public static void main(String[] arguments) {
    System.exit(CommandLineParser.run(Terminal.ofThisProcess(), arguments));
  }
}
