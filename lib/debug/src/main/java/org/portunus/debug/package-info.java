// SPDX-License-Identifier: Apache-2.0
/**
 * The debugger that launchd adds to a job in development mode, as one more service of its task, and
 * its interface, which the tool calls. Loaded in such tasks and in the tool alone.
 *
 * <p>It runs beside the code that it looks at and can be deceived by it: what it answers is what
 * the task tells of itself, bounded here and once more by who asks.
 */
@NullMarked
@Internal
package org.portunus.debug;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
