// SPDX-License-Identifier: Apache-2.0
/**
 * Rows that are checked by tasks of a running instance. A row is a black-box test with a stated
 * expectation; its result goes into the report that all suites share.
 */
@NullMarked
package org.portunus.conformance.suite;

import org.jspecify.annotations.NullMarked;
