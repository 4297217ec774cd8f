// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.Optional;
import org.portunus.linux.file.Descriptor;

/**
 * This task's end of a link.
 *
 * @param memory the caller's to close
 * @param place in this task's sever words
 * @param epoch that is good there
 * @param right to the link's port, by which the link can be revoked; the client's only
 */
public record LinkGrant(Descriptor memory, int place, int epoch, Optional<PortName> right) {}
