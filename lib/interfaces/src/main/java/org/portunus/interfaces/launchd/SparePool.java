// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import java.util.List;

/**
 * The sandboxes that wait for code.
 *
 * @param most how many there are at most
 * @param failures ends and refusals since the last that came to wait
 */
public record SparePool(int most, long failures, List<Spare> spares) {}
