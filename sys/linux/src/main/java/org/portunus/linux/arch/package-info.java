// SPDX-License-Identifier: Apache-2.0
/**
 * What differs between processor architectures: system call numbers, structure layouts, flag
 * values, ELF and audit constants. Internal: for the packages of this module and for those who
 * write filters.
 *
 * <p>Every number stands here once; nothing in this package performs a call.
 */
@NullMarked
package org.portunus.linux.arch;

import org.jspecify.annotations.NullMarked;
