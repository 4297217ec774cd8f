// SPDX-License-Identifier: Apache-2.0
/**
 * Suites of rows and their reports. A row is a black-box test of a running system with a stated
 * expectation; a suite is run by its tests and by {@link
 * org.portunus.conformance.suite.Conformance}.
 */
@NullMarked
package org.portunus.conformance.suite;

import org.jspecify.annotations.NullMarked;
