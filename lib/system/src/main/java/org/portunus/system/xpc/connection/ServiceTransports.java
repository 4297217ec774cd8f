// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.linux.file.Descriptor;

/** Where a service's transports come from. */
public interface ServiceTransports {
  /**
   * A transport for a connection that somebody asked for.
   *
   * @param socket came with the request; taken over, also when this fails
   * @throws org.portunus.abi.error.PortunusException why there is none; its client was told
   */
  Transport make(long connection, Descriptor socket);

  /** The transport was closed; must not wait. */
  default void closed(long connection) {}
}
