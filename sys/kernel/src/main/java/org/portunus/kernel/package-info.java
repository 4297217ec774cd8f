// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel task: the event loop, and the main that puts the parts together.
 *
 * <p>Invariants: one thread, the loop's, owns every kernel object; nothing that a task supplied is
 * mapped or read but by recvmsg into the kernel's own buffers; nothing on the loop blocks.
 */
@NullMarked
package org.portunus.kernel;

import org.jspecify.annotations.NullMarked;
