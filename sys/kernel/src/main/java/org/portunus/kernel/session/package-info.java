// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's ends of kernel sockets: frames in, checked for their sender, and frames out, as many
 * as the task reads.
 *
 * <p>Invariants: a peer that breaks the protocol loses its socket; a task that does not read fills
 * only its own outbox; everything runs on the event loop's thread.
 */
@NullMarked
package org.portunus.kernel.session;

import org.jspecify.annotations.NullMarked;
