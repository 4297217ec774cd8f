// SPDX-License-Identifier: Apache-2.0
/**
 * The system-call filters of rule C5, as tables and as programs. Made for the launch plan and for
 * the start code, which stacks the second one.
 *
 * <p>A call that a table doesn't name is refused with ENOSYS. {@code filters.tsv} beside this
 * package states the outcome of every number; a test holds it equal to the programs.
 */
@NullMarked
@Internal
package org.portunus.security.sandbox.filter;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
