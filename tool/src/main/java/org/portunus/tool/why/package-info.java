// SPDX-License-Identifier: Apache-2.0
/**
 * What led to what: the events of an instance's log with their ids and causes. Used by the verb
 * {@code why}; works on the log alone, so the instance may have ended.
 *
 * <p>Invariant: only lines of level EVENT count, which kernel task, launchd and broker write. What
 * a task writes has another level, whatever it says.
 */
@NullMarked
@Internal
package org.portunus.tool.why;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
