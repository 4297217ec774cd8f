// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/**
 * A sandbox that waits for code, or is about to.
 *
 * @param task text form of its task id, which stays its own when a job takes it
 * @param kind the class of launches that it fits, for people
 */
public record Spare(String task, String kind, SpareStage stage) {}
