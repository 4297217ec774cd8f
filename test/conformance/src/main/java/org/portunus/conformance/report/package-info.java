// SPDX-License-Identifier: Apache-2.0
/**
 * What every conformance suite reports: rows with a result, as a table for people and as JSON.
 * Called by the suites and by the verb.
 *
 * <p>Invariant: a row that could not be checked is skipped with its reason, never passed.
 */
@NullMarked
package org.portunus.conformance.report;

import org.jspecify.annotations.NullMarked;
