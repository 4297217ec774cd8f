// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

/**
 * Who connected, or who sent a message, as the kernel says: unix(7). Seen from outside its
 * namespaces a sender has pid 0, and an unmapped uid reads as the overflow uid.
 */
public record Credentials(int pid, int uid, int gid) {}
