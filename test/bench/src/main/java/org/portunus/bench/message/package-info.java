// SPDX-License-Identifier: Apache-2.0
/**
 * Programs that send messages of Mach in an instance, and one that makes ports without one.
 *
 * <p>Each is the caller of a pair: it starts its instance, and does a round whenever it is asked on
 * its standard input.
 */
@NullMarked
package org.portunus.bench.message;

import org.jspecify.annotations.NullMarked;
