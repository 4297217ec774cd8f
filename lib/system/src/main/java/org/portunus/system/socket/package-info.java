// SPDX-License-Identifier: Apache-2.0
/**
 * The one way in which this module uses a SOCK_SEQPACKET socket: sends never block in a system
 * call, one platform thread receives and closes.
 *
 * <p>Not exported. Used by the kernel socket and by the socket transport of connections.
 *
 * <p>Invariants: a descriptor number is never used after its close; no call that can block runs on
 * a virtual thread; every wait in a system call is at most 100 ms long, then all is read again.
 */
@NullMarked
package org.portunus.system.socket;

import org.jspecify.annotations.NullMarked;
