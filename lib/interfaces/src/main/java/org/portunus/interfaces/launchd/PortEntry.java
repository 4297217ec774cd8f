// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * A name that a task has for a port, a port set or a dead name.
 *
 * @param task text form of the id of the task that has it
 * @param rights of RECEIVE, SEND, SEND_ONCE, PORT_SET, DEAD_NAME
 * @param sends user references of the send right
 * @param powers what that lacks, if it is a diminished one: {@code ids 1..5, no copies}; else empty
 * @param receiver text form of the id of the task that receives from the port; {@code kernel} for
 *     the kernel; empty if nobody does, or it is no port
 * @param receiverName the receiver's name for the port, 0 if it has none
 * @param queued messages that wait there
 * @param set the receiver's name of a port set that the port is in; 0 if it is in none
 * @param service the name of the service that it is a port of; empty if it is of none
 */
public record PortEntry(
    String task,
    String label,
    int name,
    List<String> rights,
    int sends,
    String powers,
    String receiver,
    int receiverName,
    int queued,
    int set,
    String service) {}
