// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.List;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceHost;

/** Serves {@link LaunchControl} within launchd, for as long as the process lives. */
final class ControlHost {
  private ControlHost() {}

  /** Starts to serve; the port has receive and send right by its one name. */
  static PortName start(KernelSocket kernel, HostPort host, LaunchControl control) {
    PortName port = KeptPort.of(kernel, host, "launchd/control");
    ServiceHost server =
        new ServiceHost(
            kernel,
            List.of(new ServiceHost.OfferedPort(port, new Offer<>(LaunchControlXpc.TYPE, control))),
            ConnectionLimits.in(kernel.greeting()),
            XpcEvents.NONE);
    server.start();
    return port;
  }
}
