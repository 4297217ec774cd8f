// SPDX-License-Identifier: Apache-2.0
/**
 * A task that does with its kernel socket what the Mach suite asks: in the suite's own process, or
 * as the service of a bundle, in a process of its own. The rows of the suite are the same for both.
 *
 * <p>Called by the suite only. Invariant: it uses the kernel socket as any program can, and adds
 * nothing.
 */
@NullMarked
@Internal
package portunus.probe.mach;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
