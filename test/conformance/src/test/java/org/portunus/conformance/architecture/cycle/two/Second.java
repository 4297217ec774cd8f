// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture.cycle.two;

import org.portunus.conformance.architecture.cycle.one.First;

/** The other half. */
public record Second(First[] next) {}
