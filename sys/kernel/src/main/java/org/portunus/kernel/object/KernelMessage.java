// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.AuditToken;

/**
 * A message in the kernel's hands: one that it received, or one that it is about to send.
 *
 * @param reply right to answer by, SEND or SEND_ONCE
 * @param sender of a message to be sent: the one that the receiver is told
 */
public record KernelMessage(
    int id,
    byte[] data,
    Optional<CarriedRight> reply,
    List<CarriedRight> ports,
    List<Custody> custody,
    AuditToken sender) {}
