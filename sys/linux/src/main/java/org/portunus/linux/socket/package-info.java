// SPDX-License-Identifier: Apache-2.0
/**
 * Local sockets of the type SOCK_SEQPACKET that carry messages, descriptors and credentials.
 * Internal.
 *
 * <p>A message arrives whole or not at all, its descriptors are owned by the receiving buffer until
 * taken, and a truncated message leaves no descriptor behind.
 */
@NullMarked
package org.portunus.linux.socket;

import org.jspecify.annotations.NullMarked;
