// SPDX-License-Identifier: Apache-2.0
/**
 * How builds make bundles: the goal {@code portunus:bundle} for Maven, {@link
 * org.portunus.mavenplugin.BundleMain} for others. Both only read what they are told and call
 * {@link org.portunus.mavenplugin.bundle}; the main needs no class of Maven.
 */
@NullMarked
package org.portunus.mavenplugin;

import org.jspecify.annotations.NullMarked;
