// SPDX-License-Identifier: Apache-2.0
/**
 * The command line of the benchmarks and the one form of their reports.
 *
 * <p>Invariant: a measure with a limit either holds or the exit status is not 0.
 */
@NullMarked
package org.portunus.bench;

import org.jspecify.annotations.NullMarked;
