// SPDX-License-Identifier: Apache-2.0
/**
 * The public API, that is the packages marked {@code @PublicApi}, compared with the one of the
 * baseline in {@code src/api}: an incompatible change fails the build. Called by {@code ./portunus
 * conformance api} and by the test.
 *
 * <p>Invariant: the baseline has signatures only, and changes only when a person accepts it.
 */
@NullMarked
package org.portunus.conformance.api;

import org.jspecify.annotations.NullMarked;
