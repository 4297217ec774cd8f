// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/** What the kernel holds for one task at the moment; the limits are in its {@link Quota}. */
public record Usage(
    int names, int messages, long bytes, int sendOnce, int blockedSends, int pendingReceives) {}
