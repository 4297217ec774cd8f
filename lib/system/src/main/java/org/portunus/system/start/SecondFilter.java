// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.util.Base64;
import java.util.Optional;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.seccomp.FilterProgram;
import org.portunus.linux.seccomp.Seccomp;

/**
 * The second system-call filter of a task: stacked on every thread once start-up no longer needs
 * what it refuses (execve, further filters, new sockets).
 */
public final class SecondFilter {
  private static final String PROPERTY = "portunus.filter";

  private SecondFilter() {}

  /**
   * Installs the filter that came with the command line; without one that layer was left out of the
   * plan, which the kernel knows.
   */
  public static void install() throws LinuxException {
    Optional<String> program = Optional.ofNullable(System.getProperty(PROPERTY));
    if (program.isPresent()) {
      System.clearProperty(PROPERTY);
      byte[] bytes = Base64.getDecoder().decode(program.get());
      Seccomp.install(FilterProgram.decode(bytes), Seccomp.Threads.ALL);
    }
  }
}
