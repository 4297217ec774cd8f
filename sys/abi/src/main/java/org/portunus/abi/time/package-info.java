// SPDX-License-Identifier: Apache-2.0
/**
 * Deadlines on the wire and times in logs.
 *
 * <p>A deadline travels as the nanoseconds that remain; the receiver anchors it on its own
 * CLOCK_MONOTONIC; the caller's clock decides.
 */
@NullMarked
@PublicApi
package org.portunus.abi.time;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
