// SPDX-License-Identifier: Apache-2.0
/**
 * The memory of links, declared once: where each word lies, who alone writes it, and why it exists.
 * Offsets and numbers only; the kernel task makes the memory and the system library uses it.
 */
@NullMarked
@Internal
package org.portunus.abi.link;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
