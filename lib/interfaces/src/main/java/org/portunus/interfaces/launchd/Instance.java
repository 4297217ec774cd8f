// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.time.Instant;

/**
 * One run of the system.
 *
 * @param id 32 hexadecimal digits
 * @param epoch the number of this run, unsigned
 * @param launchd text form of launchd's own task id
 * @param startTime when launchd started
 */
public record Instance(
    String id, int epoch, String launchd, Instant startTime, InstanceCounts counts) {}
