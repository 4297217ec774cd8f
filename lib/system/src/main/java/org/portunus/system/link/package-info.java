// SPDX-License-Identifier: Apache-2.0
/**
 * Links: two rings in memory that exactly two tasks share. Frames go through it without a system
 * call while both sides are awake.
 *
 * <p>Used by the connection runtime. Nothing here knows what a frame means.
 *
 * <p>Invariants: the peer is hostile and can write all of the memory at any moment. Each word of it
 * is copied once, checked, then used; where to read and to write follows from counters in this
 * process alone; whatever does not fit is a {@link org.portunus.system.link.LinkFault}, which ends
 * the link and never the process. No sleep on a shared word is longer than 100 ms, and none happens
 * on a virtual thread. Addresses of the memory stay in {@code sys/linux}.
 */
@NullMarked
@Internal
package org.portunus.system.link;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
