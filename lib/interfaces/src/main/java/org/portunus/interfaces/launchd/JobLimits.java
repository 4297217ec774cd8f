// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** What a job's task may use: the smaller of what its bundle asks for and what it is granted. */
public record JobLimits(
    int heapMiB,
    int memoryMiB,
    int processes,
    int cpuSeconds,
    int descriptors,
    int idleMillis,
    int graceMillis) {}
