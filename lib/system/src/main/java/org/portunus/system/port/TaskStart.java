// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.StartOrder;
import org.portunus.linux.file.Descriptor;

/**
 * What the kernel gives a task that is ready.
 *
 * @param order what to run, and the ports to serve
 * @param codeImage fully sealed memfd with the bundle's code; the caller's to close
 */
public record TaskStart(StartOrder order, Descriptor codeImage) {
  public LaunchRecord record() {
    return order.record();
  }

  /** The port set with the receive rights. */
  public PortName portSet() {
    return new PortName(order.portSet());
  }

  /** The receive right of a service, by its place in the record. */
  public PortName port(int service) {
    return new PortName(order.ports().get(service));
  }
}
