// SPDX-License-Identifier: Apache-2.0
/**
 * Pairs of processes that take turns: a caller and whoever answers it, each on its processor. All
 * but one are stopped at any time.
 *
 * <p>A caller is any program that speaks this on its standard input and output:
 *
 * <pre>
 *   first, when the two have met    its pid and those of the others, in one line
 *   "warm COUNT"                    does that much without pauses, and answers a line
 *   "run COUNT"                     does that much, and answers its figures in one line
 * </pre>
 *
 * <p>A pair inside a private instance, with a service's own options of the Java machine, is one
 * more such program: {@link org.portunus.bench.pair.Contender} does not care.
 */
@NullMarked
package org.portunus.bench.pair;

import org.jspecify.annotations.NullMarked;
