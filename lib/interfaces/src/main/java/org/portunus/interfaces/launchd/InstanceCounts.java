// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * What the kernel holds at a moment.
 *
 * @param descriptors open file descriptors of the kernel task
 */
public record InstanceCounts(
    int ports, int connections, int queuedMessages, int descriptors, List<TaskCounts> tasks) {}
