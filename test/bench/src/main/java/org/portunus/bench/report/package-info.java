// SPDX-License-Identifier: Apache-2.0
/**
 * What benchmarks report: measures with their limits, as a table for people and as JSON, and the
 * machine that they were taken on.
 */
@NullMarked
package org.portunus.bench.report;

import org.jspecify.annotations.NullMarked;
