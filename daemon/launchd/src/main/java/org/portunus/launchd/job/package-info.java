// SPDX-License-Identifier: Apache-2.0
/**
 * The life of a job as a table: what it does on each demand, start, exit and order. Nothing here
 * talks to the kernel or reads a clock of its own, so a test can walk through every arrow.
 *
 * <p>Invariant: every start, kill and refusal leaves this package as an {@link
 * org.portunus.launchd.job.Effect} that carries its reason.
 */
@NullMarked
package org.portunus.launchd.job;

import org.jspecify.annotations.NullMarked;
