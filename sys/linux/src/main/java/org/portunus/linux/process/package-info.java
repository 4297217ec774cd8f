// SPDX-License-Identifier: Apache-2.0
/**
 * Starting, watching and limiting processes. Internal.
 *
 * <p>A child gets exactly the descriptors, environment and signal state that its {@link
 * org.portunus.linux.process.Spawn} names, and is awaited through its pidfd.
 */
@NullMarked
package org.portunus.linux.process;

import org.jspecify.annotations.NullMarked;
