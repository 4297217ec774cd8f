// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MessageBody;

/**
 * A message in its receiver's terms. Whoever gets it owns the custody from then on.
 *
 * <p>With RCV_TOO_LARGE it is what is told of the message that was not received: port, id, sender
 * and size.
 *
 * @param context of the port when it was received there
 * @param size as XNU counts it, without the trailer
 */
public record Received(
    IncomingMessage message, MessageBody body, List<Custody> custody, long context, int size) {}
