// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.Optional;
import org.portunus.linux.file.Descriptor;

/**
 * The client's end of a connection that the kernel made.
 *
 * @param id by which the kernel knows the connection
 * @param socket the caller's to close
 * @param link what carries its frames, unless one of the two knows no links
 */
public record ConnectionEnd(long id, Descriptor socket, Optional<LinkGrant> link) {}
