// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/** A port of launchd's own that each launchd has from the one before, with what waits in it. */
final class KeptPort {
  private KeptPort() {}

  /**
   * Receive and send right, by one name.
   *
   * @throws PortunusException DENIED if somebody else receives from it
   */
  static PortName of(KernelSocket kernel, HostPort host, String name) {
    Optional<HostPort.Claimed> left = host.claim(name);
    if (left.isPresent()) {
      if (!left.get().held()) {
        throw new PortunusException(ErrorCode.DENIED, "somebody else receives from " + name);
      }
      return left.get().port();
    }
    PortName port = kernel.allocate(RightKind.RECEIVE);
    kernel.insertRight(port, port, Disposition.MAKE_SEND);
    host.keep(name, port);
    return port;
  }
}
