// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import org.portunus.system.xpc.IfAbsent;

/**
 * Turns of the kernel task's loop since its start: in each it handles what has come, and nobody
 * else is served meanwhile; pauses of its Java machine are in them.
 *
 * @param p999Micros what 99.9 % of them kept to, at most an eighth too high
 * @param recentMicros the longest since loads were asked for last, by whomever
 */
public record KernelTurns(
    long count, long p999Micros, long longestMicros, @IfAbsent("0") long recentMicros) {}
