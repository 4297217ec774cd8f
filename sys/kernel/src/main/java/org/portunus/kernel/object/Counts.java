// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What exists. All zero once every task has ended and the kernel has released what it held itself.
 *
 * @param ports live ports, those in transit included
 * @param names entries in all spaces
 * @param messages queued or blocked
 * @param carried rights outside of any space: in messages, notification requests, the kernel's
 *     hands
 * @param custodies in those messages
 */
public record Counts(
    int tasks,
    int ports,
    int portSets,
    int names,
    int messages,
    int carried,
    int custodies,
    int blockedSends,
    int pendingReceives) {}
