// SPDX-License-Identifier: Apache-2.0
/**
 * The coverage-guided fuzzer in a process of its own. What it calls lies beside what is fuzzed: in
 * the link suite, and among the kernel's tests.
 */
@NullMarked
package org.portunus.conformance.fuzz;

import org.jspecify.annotations.NullMarked;
