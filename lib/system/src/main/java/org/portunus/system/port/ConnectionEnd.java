// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.file.Descriptor;

/**
 * The client's end of a connection that the kernel made.
 *
 * @param id by which the kernel knows the connection
 * @param socket the caller's to close
 * @param link what carries its frames, unless one of the two knows no links
 */
public record ConnectionEnd(long id, Descriptor socket, Optional<LinkGrant> link) {
  static ConnectionEnd read(WireReader in, List<Descriptor> descriptors)
      throws MalformedFrameException {
    long id = in.i64("connection");
    int expected = in.remaining() == 0 ? 1 : 2;
    if (descriptors.size() != expected) {
      throw new MalformedFrameException("a connection with " + descriptors.size() + " descriptors");
    }
    Optional<LinkGrant> link = Optional.empty();
    if (expected == 2) {
      link = Optional.of(LinkGrant.read(in, descriptors.get(1)));
    }
    return new ConnectionEnd(id, descriptors.getFirst(), link);
  }
}
