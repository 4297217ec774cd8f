// SPDX-License-Identifier: Apache-2.0
/**
 * What benchmarks of pairs share: where pairs come from, how their rounds become measures, and the
 * options of the verbs.
 */
@NullMarked
package org.portunus.bench.ground;

import org.jspecify.annotations.NullMarked;
