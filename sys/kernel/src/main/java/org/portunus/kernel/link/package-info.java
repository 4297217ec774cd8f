// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel task's part of links: it makes their memory, gives it to exactly two tasks, knows
 * which of them are done with it, and revokes. What travels over a link it never sees.
 *
 * <p>Invariants: the memory of a link is never mapped here; of the sever words only the kernel's
 * own mapping can write; a place in them has another epoch each time it is used; whoever does not
 * confirm a revocation in time is ended.
 */
@NullMarked
@Internal
package org.portunus.kernel.link;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
