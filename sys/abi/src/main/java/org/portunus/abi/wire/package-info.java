// SPDX-License-Identifier: Apache-2.0
/**
 * Frames of the kernel socket and of connections, each declared once, with its picture.
 *
 * <p>All numbers are little-endian. Decoders copy once, check, then use; they never allocate in
 * proportion to a declared size before the bytes are there.
 */
@NullMarked
@Internal
package org.portunus.abi.wire;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
