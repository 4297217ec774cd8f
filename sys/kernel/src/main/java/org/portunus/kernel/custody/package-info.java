// SPDX-License-Identifier: Apache-2.0
/**
 * Descriptors that the kernel keeps for others while a message is on its way.
 *
 * <p>Invariant: on a descriptor that a task supplied, the loop calls nothing but fcntl F_GETFL and
 * F_GET_SEALS; closing, which can block, happens on a thread that may be lost.
 */
@NullMarked
package org.portunus.kernel.custody;

import org.jspecify.annotations.NullMarked;
