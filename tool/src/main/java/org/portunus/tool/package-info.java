// SPDX-License-Identifier: Apache-2.0
/**
 * The program itself: {@link org.portunus.tool.Main} hands the arguments to the verbs. Called by
 * the script {@code ./portunus} only.
 */
@NullMarked
package org.portunus.tool;

import org.jspecify.annotations.NullMarked;
