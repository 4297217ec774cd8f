// SPDX-License-Identifier: Apache-2.0
/**
 * A bundle of twenty classes that nothing has seen before it is launched, and the program that it
 * is compared with. Packed at the start of a benchmark.
 */
@NullMarked
package portunus.launched;

import org.jspecify.annotations.NullMarked;
