// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * An instance and its jobs.
 *
 * @param jobs in order of their labels
 */
public record Status(Instance instance, List<JobStatus> jobs, SparePool spares) {}
