// SPDX-License-Identifier: Apache-2.0
/**
 * Memory files (memfd), their seals, and mappings as memory segments. Internal.
 *
 * <p>A mapping lives as long as its arena; no other code of the system turns an address into a
 * segment.
 */
@NullMarked
package org.portunus.linux.memory;

import org.jspecify.annotations.NullMarked;
