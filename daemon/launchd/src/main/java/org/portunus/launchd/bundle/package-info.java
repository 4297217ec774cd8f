// SPDX-License-Identifier: Apache-2.0
/**
 * From a bundle's folder to a sealed code image: launchd reads a bundle once, copies it into memory
 * that can't change any more, and everything after that (identity, manifest, checks of the jars,
 * the start itself) uses these bytes and never the folder again.
 *
 * <p>Invariant: a rule that a bundle breaks is a PortunusException of BUNDLE that names the file
 * and the rule.
 */
@NullMarked
package org.portunus.launchd.bundle;

import org.jspecify.annotations.NullMarked;
