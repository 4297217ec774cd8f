// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.wire.SendPowers;

/**
 * {@link SendPowers} as values that calls carry.
 *
 * @param ids first and last of each range
 */
public record Powers(List<Integer> ids, boolean copies, long nanos) {
  /** As they travel. */
  public static Powers of(SendPowers powers) {
    List<Integer> ids = new ArrayList<>();
    powers.ids().forEach(range -> ids.addAll(List.of(range.first(), range.last())));
    return new Powers(ids, powers.copyable(), powers.nanos());
  }

  SendPowers toSendPowers() {
    List<SendPowers.Range> ranges = new ArrayList<>();
    for (int i = 0; i < ids.size(); i += 2) {
      ranges.add(new SendPowers.Range(ids.get(i), ids.get(i + 1)));
    }
    return new SendPowers(ranges, copies, nanos);
  }
}
