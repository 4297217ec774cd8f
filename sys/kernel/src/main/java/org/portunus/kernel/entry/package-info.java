// SPDX-License-Identifier: Apache-2.0
/**
 * From bytes to kernel objects: the sessions of the kernel sockets, decoding, and the one switch
 * over the operations.
 *
 * <p>Invariants: every operation is decoded and checked whole before its first change; a peer that
 * breaks the protocol loses its kernel socket, and a task inside the instance with it its life;
 * nothing here blocks; everything runs on the event loop's thread.
 */
@NullMarked
package org.portunus.kernel.entry;

import org.jspecify.annotations.NullMarked;
