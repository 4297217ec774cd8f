// SPDX-License-Identifier: Apache-2.0
/**
 * Main of the verb that runs the conformance suites and writes their reports. Called by the script
 * {@code portunus} alone.
 */
@NullMarked
package org.portunus.conformance;

import org.jspecify.annotations.NullMarked;
