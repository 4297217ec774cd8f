// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * A link: the memory that a client and a service share for the calls of one connection; or a
 * relayed connection, which has none.
 *
 * @param client text form of its task's id
 * @param service text form of its task's id; empty while no service has taken its end
 * @param ringBytes bytes of each of its two rings; 0 of a relayed connection
 * @param toService what the kernel carried; of a link, which it does not see, nothing
 * @param toClient likewise
 */
public record Link(
    long connection,
    String client,
    String clientLabel,
    String service,
    String serviceLabel,
    int ringBytes,
    long ageMillis,
    LinkState state,
    Traffic toService,
    Traffic toClient) {}
