// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's objects: tasks, spaces, ports, port sets, rights and messages. Pure Java: no
 * sockets, no descriptors, no clock, no input or output. The semantics are those of Mach IPC.
 *
 * <p>Who may call it: the kernel's entry and its own services, all on the one event-loop thread.
 * There are no locks.
 *
 * <p>Shape of an operation: check everything, change what can then not fail, put the consequences
 * (notifications, destruction of what became unreachable) on a work list and empty it before
 * returning. Depth of the stack does not depend on what tasks built. Continuations run last, when
 * every object is consistent; they may call any operation.
 *
 * <p>Invariants: a right belongs to exactly one holder (a space, a message, a notification request,
 * the kernel's hands); a port's counts equal the rights that exist; names never leave a space; each
 * send-once right ends in exactly one message or on a dead port.
 */
@NullMarked
@Internal
package org.portunus.kernel.object;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
