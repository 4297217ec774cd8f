// SPDX-License-Identifier: Apache-2.0
/**
 * Memory whose pages somebody else supplies when they are first touched, and takes back when they
 * were changed: external pagers. Java code uses {@link org.portunus.system.pager.PagedMemory};
 * native code of the same process gets its address.
 *
 * <p>Invariants: the memory is private to this process and has no descriptor, so it is never
 * out-of-line memory, a ring, or anything that the kernel task sees. The pager sees neither the
 * memory nor the descriptor of its faults: it is asked for bytes, which are copied. Java code never
 * waits in a page fault, since the Java machine could not stop it there. Every page that is asked
 * for has a deadline; the first that is missed, refused or wrong is the end of all pages that are
 * not there yet, for good.
 */
@NullMarked
@PublicApi
package org.portunus.system.pager;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
