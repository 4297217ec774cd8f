// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import org.portunus.system.xpc.IfAbsent;

/**
 * What a job's task may use: the smaller of what its bundle asks for and what it is granted.
 *
 * @param qos word of the class that it works at
 * @param qosCeiling word of the most urgent class that it may ask others to work at
 */
public record JobLimits(
    int heapMiB,
    int memoryMiB,
    int processes,
    int cpuSeconds,
    int descriptors,
    int idleMillis,
    int graceMillis,
    @IfAbsent("") String qos,
    @IfAbsent("") String qosCeiling) {}
