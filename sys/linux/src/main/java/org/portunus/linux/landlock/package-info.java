// SPDX-License-Identifier: Apache-2.0
/**
 * Landlock rulesets: which files, ports and scopes the calling thread may still reach. Internal.
 *
 * <p>The structures are handed out as bytes too, so that the launch entry can carry them.
 */
@NullMarked
package org.portunus.linux.landlock;

import org.jspecify.annotations.NullMarked;
