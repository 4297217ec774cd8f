// SPDX-License-Identifier: Apache-2.0
/**
 * Descriptors and the file calls on them. Internal.
 *
 * <p>A {@link org.portunus.linux.file.Descriptor} owns its number and closes it once; a raw number
 * never outlives its owner. Everything made here is close-on-exec.
 */
@NullMarked
package org.portunus.linux.file;

import org.jspecify.annotations.NullMarked;
