// SPDX-License-Identifier: Apache-2.0
/**
 * The life-cycle suite: instances, services and clients that are killed, loop, crash, sleep and
 * flood, as real processes.
 *
 * <p>Every wait is bounded and ends with what it waited for; seeds are printed.
 */
@NullMarked
package org.portunus.conformance.life;

import org.jspecify.annotations.NullMarked;
