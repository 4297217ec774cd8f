// SPDX-License-Identifier: Apache-2.0
/**
 * The instance's log: launchd's own lines and events, and what jobs write to their standard
 * streams.
 *
 * <p>Invariants: one write for each line; a job can fill neither memory nor the log: a line has at
 * most 4 KiB, a job at most 200 lines a second with bursts of 400, and what is dropped is counted
 * in the log.
 */
@NullMarked
package org.portunus.launchd.log;

import org.jspecify.annotations.NullMarked;
