// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.abi.wire.ConnectionSide;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelSocket;

/** Transports of connections that the kernel made: over their socket alone. */
public final class KernelSockets implements ServiceTransports {
  private final KernelSocket kernel;

  public KernelSockets(KernelSocket kernel) {
    this.kernel = kernel;
  }

  Transport ofClient(long connection, Descriptor socket) {
    return of(connection, socket, ConnectionSide.CLIENT);
  }

  @Override
  public Transport make(long connection, Descriptor socket) {
    return of(connection, socket, ConnectionSide.SERVICE);
  }

  private Transport of(long connection, Descriptor socket, ConnectionSide side) {
    return SocketTransport.of(socket, KernelRights.of(kernel, connection, side));
  }
}
