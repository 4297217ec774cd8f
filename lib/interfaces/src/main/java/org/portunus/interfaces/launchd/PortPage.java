// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * A part of all names.
 *
 * @param more whether others follow
 */
public record PortPage(List<PortEntry> entries, boolean more) {}
