// SPDX-License-Identifier: Apache-2.0
/**
 * The start code: the first code of this library in a service's process.
 *
 * <p>Order, and each step before the next: second system-call filter on every thread; the kernel
 * verifies the sandbox from outside; only then the code image arrives; its classes are loaded from
 * those bytes alone; the services are checked in. Not exported.
 */
@NullMarked
@Internal
package org.portunus.system.start;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
