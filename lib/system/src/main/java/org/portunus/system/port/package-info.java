// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel socket of this task: ports, rights, messages, connections.
 *
 * <p>Used by the connection runtime, the start code, launchd and the tool. {@link
 * org.portunus.system.port.KernelSocket} has one method for each kernel operation, {@link
 * org.portunus.system.port.Bootstrap} the two messages to launchd that every task needs.
 *
 * <p>Errors: a result that the kernel gives as a kern_return is a {@link
 * org.portunus.system.port.KernelResultException}; all else is a {@link
 * org.portunus.abi.error.PortunusException}, INSTANCE_ENDED once the socket is gone.
 *
 * <p>Invariants: one reader thread; every request has exactly one answer or the end of the socket;
 * descriptors that nobody takes are closed.
 */
@NullMarked
@Internal
package org.portunus.system.port;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
