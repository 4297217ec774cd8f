// SPDX-License-Identifier: Apache-2.0
/**
 * What a service interface is, as a text that the annotation processor writes and that travels
 * between ends whose interfaces differ; and what two versions of one mean for each other.
 *
 * <p>{@link org.portunus.system.xpc.description.Description} reads the text, which may be a hostile
 * peer's: every count and depth is bounded. {@link org.portunus.system.xpc.description.Fit}
 * compares two. Nothing here is loaded while both ends have the same interface.
 */
@Internal
@NullMarked
package org.portunus.system.xpc.description;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
