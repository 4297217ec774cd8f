// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.PortDescriptor;

/**
 * A message in its receiver's terms. Whoever gets it owns the custody from then on.
 *
 * <p>With RCV_TOO_LARGE it is what is told of the message that was not received: port, id, sender
 * and size.
 *
 * @param context of the port when it was received there
 * @param size as XNU counts it, without the trailer
 * @param qos of the message, UNSPECIFIED if it had none
 * @param voucher that it had, for who asks for vouchers
 */
public record Received(
    IncomingMessage message,
    MessageBody body,
    List<Custody> custody,
    long context,
    int size,
    Qos qos,
    Optional<PortDescriptor> voucher) {}
