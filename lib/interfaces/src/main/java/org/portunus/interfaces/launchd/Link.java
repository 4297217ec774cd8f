// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * A link: the memory that a client and a service share for the calls of one connection.
 *
 * @param client text form of its task's id
 * @param service text form of its task's id; empty while no service has taken its end
 * @param ringBytes bytes of each of its two rings
 */
public record Link(
    long connection,
    String client,
    String clientLabel,
    String service,
    String serviceLabel,
    int ringBytes,
    long ageMillis,
    LinkState state) {}
