// SPDX-License-Identifier: Apache-2.0
/**
 * Crash reports: what is kept of a task that died. launchd writes them, the kernel task hands them
 * on, the broker stores them as they are, {@code portunus crashes} reads them.
 *
 * <p>Invariant: a report is bounded, and each line of its file is one escaped event, so that no
 * byte of the task's makes a line or a field.
 */
@NullMarked
@Internal
package org.portunus.abi.crash;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
