// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import org.portunus.abi.wire.IncomingMessage;

/**
 * A message in its receiver's terms. Whoever gets it owns the custody from then on.
 *
 * @param context of the port when it was received there
 */
public record Received(IncomingMessage message, List<Custody> custody, long context) {}
