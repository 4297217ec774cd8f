// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.PortDescriptor;

/**
 * A message that came back to its sender, as by a receive: names may have changed, dispositions are
 * MOVE_*, so that it can be sent again as it is. Whoever gets it owns the custody from then on.
 */
public record ReturnedMessage(
    PortDescriptor destination,
    Optional<PortDescriptor> reply,
    int id,
    List<PortDescriptor> ports,
    byte[] data,
    List<Custody> custody) {}
