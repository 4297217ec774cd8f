// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * How often a job was started, crashed and had its clients refused.
 *
 * @param refusals demands that were refused, since it could not be started
 */
public record JobLoad(String label, JobState state, long runs, long crashes, long refusals) {}
