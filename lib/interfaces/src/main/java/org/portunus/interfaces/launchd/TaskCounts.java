// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * What the kernel holds for one task.
 *
 * @param task text form of its id
 * @param kind launchd, service or outside
 * @param pid in the kernel's pid namespace
 * @param names ports that it can name
 */
public record TaskCounts(
    String task, String kind, String label, int pid, int uid, int names, int connections) {}
