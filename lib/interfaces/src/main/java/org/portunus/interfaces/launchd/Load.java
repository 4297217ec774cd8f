// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * What an instance does at a moment. Two of them make rates.
 *
 * @param nanos when, by a clock that is not set
 * @param refusedPrograms programs outside that were not let in
 * @param tasks in the order in which they started
 * @param jobs in order of their labels
 */
public record Load(
    String instance,
    long nanos,
    long refusedPrograms,
    int ports,
    int queuedMessages,
    KernelTurns kernelTurns,
    List<TaskLoad> tasks,
    List<JobLoad> jobs) {}
