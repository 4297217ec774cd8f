// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.MessageBody;

/**
 * A message in the kernel's hands: one that it received, or one that it is about to send.
 *
 * @param reply right to answer by, SEND or SEND_ONCE
 * @param custody what travels with it: of a message with a body, its memory objects, in order
 * @param voucher a send right to it; kernel ports get none
 * @param sender of a message to be sent: the one that the receiver is told
 */
public record KernelMessage(
    int id,
    byte[] data,
    Optional<CarriedRight> reply,
    List<CarriedRight> ports,
    List<Custody> custody,
    AuditToken sender,
    MessageBody body,
    Optional<CarriedRight> voucher) {

  /** With port descriptors alone. */
  public KernelMessage(
      int id,
      byte[] data,
      Optional<CarriedRight> reply,
      List<CarriedRight> ports,
      List<Custody> custody,
      AuditToken sender) {
    this(id, data, reply, ports, custody, sender, MessageBody.PLAIN, Optional.empty());
  }

  /** How many rights it has in its body and as its voucher. */
  int rights() {
    return ports.size() + (voucher.isPresent() ? 1 : 0);
  }

  /** As XNU counts it, without the trailer. */
  int size() {
    return body.size(ports.size(), data.length);
  }
}
