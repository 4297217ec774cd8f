// SPDX-License-Identifier: Apache-2.0
/**
 * What a verb writes to: standard output and error, tables, and colours where a person looks.
 *
 * <p>Invariant: text that came from a file or a task is escaped before it is written, so nothing
 * that others wrote acts on the terminal.
 */
@Internal
@NullMarked
package org.portunus.tool.terminal;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
