// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel objects of Mach cost: messages through the kernel task beside a raw echo, names,
 * connections, the heap of a port, turns of the kernel's loop, and memory with an external pager.
 *
 * <p>{@link org.portunus.bench.mach.MachRows} has each measure with its limit; the programs are in
 * {@link org.portunus.bench.message} and {@link org.portunus.bench.link}.
 */
@NullMarked
package org.portunus.bench.mach;

import org.jspecify.annotations.NullMarked;
