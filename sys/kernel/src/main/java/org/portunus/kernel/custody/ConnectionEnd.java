// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import java.util.Optional;
import org.portunus.kernel.object.Custody;
import org.portunus.linux.file.Descriptor;

/**
 * The service's end of a connection, waiting on the service's port. It is gone before the message
 * is when the client has gone: nobody can make the kernel hold the descriptors of the dead.
 */
public final class ConnectionEnd implements Custody {
  private final long connection;
  private final Closer closer;
  private final DescriptorRoom room;
  private Optional<Descriptor> descriptor;

  /**
   * @param connection number of the connection
   * @param descriptor made by the kernel, held by it until delivery
   * @param room that it takes up until then
   */
  public ConnectionEnd(long connection, Descriptor descriptor, Closer closer, DescriptorRoom room) {
    room.take(1);
    this.room = room;
    this.connection = connection;
    this.descriptor = Optional.of(descriptor);
    this.closer = closer;
  }

  public long connection() {
    return connection;
  }

  /** Hands it over, once; empty when it was released before. */
  public Optional<Descriptor> take() {
    Optional<Descriptor> taken = descriptor;
    descriptor = Optional.empty();
    room.giveBack(taken.isPresent() ? 1 : 0);
    return taken;
  }

  @Override
  public void release() {
    take().ifPresent(closer::close);
  }
}
