// SPDX-License-Identifier: Apache-2.0
/**
 * Reading jars of a bundle. launchd checks them before a start and the task's own loader reads
 * classes from the same sealed bytes, both by {@link StrictJar}: there is no second opinion about
 * what a jar contains.
 *
 * <p>Invariant: the bytes never change (they are a sealed code image).
 */
@NullMarked
@Internal
package org.portunus.system.code;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
