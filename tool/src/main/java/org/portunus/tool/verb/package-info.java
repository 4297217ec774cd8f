// SPDX-License-Identifier: Apache-2.0
/**
 * One class for each verb of {@code ./portunus} that is not a script's. Called by {@link
 * org.portunus.tool.Main}; picocli reads the annotations.
 *
 * <p>Invariants: results go to standard output and errors to standard error as {@code portunus:
 * dotted.name: text} with the fix on the next line; the exit status is one of {@link
 * org.portunus.tool.verb.ExitStatus}; every verb has {@code --help} with examples.
 */
@Internal
@NullMarked
package org.portunus.tool.verb;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
