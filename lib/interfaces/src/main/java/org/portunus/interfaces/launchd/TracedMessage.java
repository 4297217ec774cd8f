// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * One step of one message.
 *
 * @param at nanoseconds of the machine's monotonic clock
 * @param id the message's
 * @param sender text form of the id of the task that sent it; {@code kernel}
 * @param senderLabel empty for a task that has ended
 * @param receiver text form of the id of the task that receives from the port; {@code kernel};
 *     empty if nobody does
 * @param port the receiver's name for the port, 0 if it has none
 * @param service the name of the service that it is a port of; empty if it is of none
 * @param bytes of inline data
 * @param rights to ports, the reply's among them
 * @param descriptors other than those of ports
 */
public record TracedMessage(
    long at,
    MessageStep step,
    int id,
    String sender,
    String senderLabel,
    String receiver,
    String receiverLabel,
    int port,
    String service,
    int bytes,
    int rights,
    int descriptors) {}
