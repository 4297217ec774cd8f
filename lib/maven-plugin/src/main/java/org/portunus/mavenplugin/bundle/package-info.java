// SPDX-License-Identifier: Apache-2.0
/**
 * Makes a bundle and its job from classes and jars, without any build tool. Called by the goal and
 * by the main.
 *
 * <p>Invariant: the same input gives the same bytes, and a bundle that is up to date is not
 * touched; a bundle that another project made is never changed.
 */
@NullMarked
package org.portunus.mavenplugin.bundle;

import org.jspecify.annotations.NullMarked;
