// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.Optional;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.file.Descriptor;

/**
 * This task's end of a link.
 *
 * @param memory the caller's to close
 * @param place in this task's sever words
 * @param epoch that is good there
 * @param right to the link's port, by which the link can be revoked; the client's only
 */
public record LinkGrant(Descriptor memory, int place, int epoch, Optional<PortName> right) {
  static LinkGrant read(WireReader in, Descriptor memory) throws MalformedFrameException {
    int place = in.i32("place", 0, SeverLayout.LINKS - 1);
    int epoch = in.i32("epoch");
    int capacity = in.i32("ring capacity");
    PortName right = new PortName(in.i32("right"));
    in.end();
    if (!LinkLayout.isCapacity(capacity)) {
      throw new MalformedFrameException("rings of " + capacity + " bytes");
    }
    return new LinkGrant(memory, place, epoch, Optional.of(right).filter(PortName::isValid));
  }
}
