// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.wire.AuditToken;

/**
 * What a look at a message in a queue tells.
 *
 * @param size as XNU counts it, without the trailer
 */
public record Peeked(int sequence, int size, int id, AuditToken sender, long context) {}
