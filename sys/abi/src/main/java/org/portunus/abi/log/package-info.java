// SPDX-License-Identifier: Apache-2.0
/**
 * The one form of a line in the log of an instance. Kernel, launchd and the broker write it, {@code
 * portunus logs} reads it back.
 *
 * <p>Each line of level EVENT has an id, and where something is known that led to it, its cause:
 * {@code portunus why} follows these. Whoever records an event adds {@link LogEvent#because} and
 * keeps the id that its log gives back for what follows from it.
 *
 * <p>Invariant: whatever a task writes, a line stays one line, has no control character, and its
 * head (time, source, level) is never made of the task's bytes.
 */
@NullMarked
@PublicApi
package org.portunus.abi.log;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
