// SPDX-License-Identifier: Apache-2.0
/**
 * The broker: the part of an instance that runs outside its namespaces, as whoever started it.
 *
 * <p>It starts the kernel task, attests programs from outside (uid by SO_PEERCRED) and hands the
 * kernel one end of a socketpair for each, and cleans up when the kernel task has ended. It decides
 * nothing else.
 */
@NullMarked
package org.portunus.kernel.broker;

import org.jspecify.annotations.NullMarked;
