// SPDX-License-Identifier: Apache-2.0
/**
 * The launch entry: a static program of a few hundred bytes that performs a table of system calls
 * and then executes the real program. Internal: made for the spawner.
 *
 * <p>No assembler takes part at run time; the machine code stands in one annotated listing.
 */
@NullMarked
package org.portunus.linux.entry;

import org.jspecify.annotations.NullMarked;
