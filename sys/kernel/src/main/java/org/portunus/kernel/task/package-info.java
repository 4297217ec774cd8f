// SPDX-License-Identifier: Apache-2.0
/**
 * Tasks as processes: spawning them in their sandboxes, verifying these from outside, noticing
 * their end, and what each of them is in.
 *
 * <p>Invariants: every process is started by the one launcher thread (parent-death signals are per
 * thread); a service gets no byte of a bundle before its sandbox was verified; a uid is leased
 * again only when no process of its sandbox is left.
 */
@NullMarked
package org.portunus.kernel.task;

import org.jspecify.annotations.NullMarked;
