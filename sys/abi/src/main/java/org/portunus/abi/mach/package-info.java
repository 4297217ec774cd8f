// SPDX-License-Identifier: Apache-2.0
/**
 * Constants of Mach IPC with the numbers of XNU's headers (osfmk/mach/port.h, message.h, notify.h,
 * kern_return.h).
 */
@NullMarked
@Internal
package org.portunus.abi.mach;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
