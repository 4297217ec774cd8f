// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.MachLimits;

/**
 * How a port is made, as mach_port_options in mach/port.h.
 *
 * @param flags mask of {@link org.portunus.abi.mach.PortOption}
 * @param queueLimit with QUEUE_LIMIT
 * @param service name of the service, with SERVICE_PORT
 * @param servicePort name of the receive right, with CONNECTION_PORT
 */
public record PortOptions(int flags, int queueLimit, Optional<String> service, int servicePort) {
  /** Longest name of a service, bytes of UTF-8. */
  public static final int MAX_SERVICE = 254;

  /** With these flags, and nothing that they don't need. */
  public static PortOptions of(int flags) {
    return new PortOptions(flags, MachLimits.QUEUE_DEFAULT, Optional.empty(), 0);
  }
}
