// SPDX-License-Identifier: Apache-2.0
/** A way for debuggers from the host to the agent in a sandbox that has a network of its own. */
@NullMarked
package org.portunus.tool.debugger;

import org.jspecify.annotations.NullMarked;
