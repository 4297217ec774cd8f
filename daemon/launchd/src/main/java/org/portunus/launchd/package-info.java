// SPDX-License-Identifier: Apache-2.0
/**
 * launchd itself: one thread that owns all jobs, answers the bootstrap port, and talks to the
 * kernel.
 *
 * <p>Invariants: everything about a job is read and changed on the supervisor's thread; a peer's
 * message is copied and checked before it is used; a right that came without being asked for is
 * given up at once.
 */
@NullMarked
package org.portunus.launchd;

import org.jspecify.annotations.NullMarked;
