// SPDX-License-Identifier: Apache-2.0
/**
 * The one native call of the system and what it returns. Internal: typed wrappers of the sibling
 * packages are preferred; the raw call is for hot classes and for probes.
 *
 * <p>Raw results are the value or the negative error number; cold wrappers throw {@link
 * org.portunus.linux.call.LinuxException}.
 */
@NullMarked
package org.portunus.linux.call;

import org.jspecify.annotations.NullMarked;
