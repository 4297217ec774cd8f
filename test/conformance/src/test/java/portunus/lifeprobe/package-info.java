// SPDX-License-Identifier: Apache-2.0
/**
 * A service that does what no service should, on demand: for the suites of life cycles.
 *
 * <p>The suites pack these classes into a bundle of their own; nothing else may call them.
 */
@NullMarked
package portunus.lifeprobe;

import org.jspecify.annotations.NullMarked;
