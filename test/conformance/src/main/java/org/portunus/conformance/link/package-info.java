// SPDX-License-Identifier: Apache-2.0
/**
 * Hostile peers of links, as real processes: a victim that uses the system library as any task
 * does, an attacker that has the memory of the link, its socket and no manners, and a judge that
 * does the kernel task's part and looks at the victim from outside. Called by the verb and by the
 * tests.
 *
 * <p>Invariant: a case passes only if the victim said how it ended, or answered as it should, and
 * gave everything back.
 */
@NullMarked
package org.portunus.conformance.link;

import org.jspecify.annotations.NullMarked;
