// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.Optional;

/**
 * What one task does and uses.
 *
 * @param task text form of its id
 * @param kind launchd, service, spare or outside
 * @param names ports that it can name
 * @param connections that it holds as a client
 * @param residentKiB memory in use, shared memory included; 0 of a program outside
 * @param processorMicros processor time; 0 of a program outside
 * @param refusals its requests that the kernel refused with an error
 * @param calls empty of a task that told nothing
 */
public record TaskLoad(
    String task,
    String kind,
    String label,
    int names,
    int connections,
    long residentKiB,
    long processorMicros,
    long refusals,
    Optional<ToldCalls> calls) {}
