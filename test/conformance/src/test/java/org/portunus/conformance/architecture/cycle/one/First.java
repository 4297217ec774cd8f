// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture.cycle.one;

import org.portunus.conformance.architecture.cycle.two.Second;

/** Half of a cycle of packages, for the test of the rule. */
public record First(Second[] next) {}
