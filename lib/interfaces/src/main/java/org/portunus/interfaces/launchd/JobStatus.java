// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;
import java.util.Optional;

/**
 * One job.
 *
 * @param task text form of the id of its task; empty if it has none
 * @param pid of its task in the kernel's pid namespace, 0 if it has none
 * @param uid of its task, -1 if it has none
 * @param identity 64 hexadecimal digits; empty until its bundle was read
 * @param runs how often it was started
 * @param crashes how often it ended otherwise than by itself with 0 or by an order
 * @param lastExit why its last task ended; empty before the first end
 * @param throttledForMillis how long its pause still lasts, 0 without one
 * @param limits empty until its bundle was read
 * @param services the names that it offers
 */
public record JobStatus(
    String label,
    JobState state,
    Optional<String> task,
    int pid,
    int uid,
    Optional<String> identity,
    long runs,
    long crashes,
    Optional<String> lastExit,
    long throttledForMillis,
    Optional<JobLimits> limits,
    List<String> services) {}
