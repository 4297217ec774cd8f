// SPDX-License-Identifier: Apache-2.0
/**
 * What bounds a task from outside its code: control groups, resource limits and the uid that it
 * alone holds. Made for the kernel task; one thread calls.
 */
@NullMarked
@Internal
package org.portunus.security.sandbox.limits;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
