// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * Steps of messages, in their order.
 *
 * @param next what to ask for next
 * @param lost steps that were overwritten before anybody asked for them
 * @param more whether others wait already
 */
public record TracePage(long next, long lost, boolean more, List<TracedMessage> messages) {}
