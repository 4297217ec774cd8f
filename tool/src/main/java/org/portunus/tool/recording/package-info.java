// SPDX-License-Identifier: Apache-2.0
/**
 * Events of the flight recorder made from the log of an instance: sandboxed parts of the system
 * have no file to record to. Used by the verb {@code debug}.
 */
@NullMarked
@Internal
package org.portunus.tool.recording;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
