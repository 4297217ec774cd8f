// SPDX-License-Identifier: Apache-2.0
/**
 * Property lists: what the administrator grants (launchd.plist) and what a bundle asks for
 * (Info.plist).
 *
 * <p>Every file is hostile. Sizes, depth and number of values are limited before anything is used;
 * a DOCTYPE may only name Apple's own definition, which is never fetched; a key that is not
 * understood is refused by name. Errors are PortunusException of PLIST_KEY and PLIST_VALUE.
 */
@NullMarked
package org.portunus.launchd.plist;

import org.jspecify.annotations.NullMarked;
