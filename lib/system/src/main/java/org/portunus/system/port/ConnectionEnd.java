// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.linux.file.Descriptor;

/**
 * The client's end of a connection that the kernel made.
 *
 * @param id by which the kernel knows the connection
 * @param socket the caller's to close
 */
public record ConnectionEnd(long id, Descriptor socket) {}
