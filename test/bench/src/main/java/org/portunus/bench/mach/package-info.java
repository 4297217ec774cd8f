// SPDX-License-Identifier: Apache-2.0
/** What the kernel objects of Mach cost. */
@NullMarked
package org.portunus.bench.mach;

import org.jspecify.annotations.NullMarked;
