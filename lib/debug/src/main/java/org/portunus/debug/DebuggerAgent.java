// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/** The JDK's debugger agent, which this Java machine was started with. */
final class DebuggerAgent {
  private static final Pattern OPTION =
      Pattern.compile("-agentlib:jdwp=.*\\baddress=[^,]*:(\\d+).*");

  private DebuggerAgent() {}

  /** The port it listens at, in the network of the task's sandbox. */
  static int port() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .map(OPTION::matcher)
        .filter(Matcher::matches)
        .mapToInt(option -> Integer.parseInt(option.group(1)))
        .findFirst()
        .orElseThrow(() ->
            new PortunusException(ErrorCode.DEBUG_REFUSED, "no debugger agent is in this task"));
  }
}
