// SPDX-License-Identifier: Apache-2.0
/**
 * The connection runtime: what stands between generated code and a transport.
 *
 * <p>A {@link org.portunus.system.xpc.connection.Session} is one established connection over one
 * {@link org.portunus.system.xpc.connection.Transport}; it ends and never comes back. A {@link
 * org.portunus.system.xpc.connection.ServiceLink} is a client's lasting connection to a service: it
 * makes a session when a call needs one. A {@link org.portunus.system.xpc.connection.ServiceHost}
 * is a service's side: it makes a session for each connection request.
 *
 * <p>Not exported: used by the public classes of {@code org.portunus.system.xpc} and by the start
 * code.
 *
 * <p>Invariants: the peer is hostile; any violation ends the session and never the process; every
 * call ends exactly once; nothing that a peer can grow is unbounded; the reader thread of a session
 * never sends anything that could wait, never runs anybody's code, and is the one that closes the
 * transport.
 */
@NullMarked
@Internal
package org.portunus.system.xpc.connection;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
