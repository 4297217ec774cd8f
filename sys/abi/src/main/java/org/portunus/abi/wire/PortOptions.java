// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.PortOption;

/**
 * How a port is made, as mach_port_options in mach/port.h.
 *
 * <pre>
 *   i32 flags
 *   i32 queue limit
 *   u8  1 if a service's name follows: string
 *   i32 service port
 * </pre>
 *
 * @param flags mask of {@link PortOption}
 * @param queueLimit with QUEUE_LIMIT
 * @param service name of the service, with SERVICE_PORT
 * @param servicePort name of its receive right, with CONNECTION_PORT
 */
public record PortOptions(int flags, int queueLimit, Optional<String> service, int servicePort) {
  /** Longest name of a service, bytes of UTF-8. */
  public static final int MAX_SERVICE = 254;

  private static final int MAX_ON_WIRE = 4 * MAX_SERVICE;

  /** With these flags, and nothing that they don't need. */
  public static PortOptions of(int flags) {
    return new PortOptions(flags, MachLimits.QUEUE_DEFAULT, Optional.empty(), 0);
  }

  public void write(WireWriter out) {
    out.i32(flags).i32(queueLimit).u8(service.isPresent() ? 1 : 0);
    service.ifPresent(out::string);
    out.i32(servicePort);
  }

  public static PortOptions read(WireReader in) throws MalformedFrameException {
    int flags = in.i32("flags");
    int limit = in.i32("queue limit");
    Optional<String> service =
        in.u8("service present") == 1
            ? Optional.of(in.string("service", MAX_ON_WIRE))
            : Optional.empty();
    return new PortOptions(flags, limit, service, in.i32("service port"));
  }
}
