// SPDX-License-Identifier: Apache-2.0
/**
 * Versions of a user's own interfaces, read from what was built of them and compared. No code of it
 * is loaded or run: descriptions are read from class files, in bounds.
 */
@NullMarked
package org.portunus.tool.evolution;

import org.jspecify.annotations.NullMarked;
