// SPDX-License-Identifier: Apache-2.0
/**
 * An SLF4J provider for code in a task: one line on standard error for each message, {@code LEVEL
 * logger text}. Given to a bundle's loader only if the bundle has slf4j.
 *
 * <p>Invariants: a message is one line of at most 4 KiB; control characters are escaped; nothing
 * waits but the write itself. Levels below INFO are off.
 */
@NullMarked
@Internal
package org.portunus.slf4j;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
