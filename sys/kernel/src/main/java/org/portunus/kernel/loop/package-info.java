// SPDX-License-Identifier: Apache-2.0
/**
 * The event loop: one thread that waits for descriptors, timers and work handed in. The kernel task
 * and the broker each have one.
 *
 * <p>Invariant: handlers run one after the other on the loop's thread and never block.
 */
@NullMarked
package org.portunus.kernel.loop;

import org.jspecify.annotations.NullMarked;
