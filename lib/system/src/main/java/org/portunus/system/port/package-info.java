// SPDX-License-Identifier: Apache-2.0
/** The kernel socket of this task: ports, rights, messages, connections. */
@NullMarked
@Internal
package org.portunus.system.port;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
