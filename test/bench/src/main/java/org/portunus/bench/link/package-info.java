// SPDX-License-Identifier: Apache-2.0
/**
 * The pairs of this system: a typed interface over a link. {@link org.portunus.bench.link.LinkPair}
 * alone makes the link, which the kernel task does in an instance; what is called and how is in the
 * other classes and stays when a private instance connects the two.
 */
@NullMarked
package org.portunus.bench.link;

import org.jspecify.annotations.NullMarked;
