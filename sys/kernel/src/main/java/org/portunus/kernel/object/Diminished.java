// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.SendPowers;

/**
 * Send rights of one port with fewer powers, made by one act of diminishing: that right and its
 * copies.
 *
 * <p>Invariants: a space has at most one entry for it, a name of its own that no other right of the
 * port ever joins; {@code rights} is the number of entries and of carried rights that have it, each
 * also one of the port's send rights. Where it can't be copied there is one right at most that is
 * not lent. It is known to its port while it has entries, and to the expiries while it has rights
 * and an end. Once expired it has no entries and gets no more.
 */
final class Diminished {
  private final Port port;
  private final SendPowers powers;
  private final long end;
  private final long number;
  private final Map<Space, Right> entries = new LinkedHashMap<>();
  private int rights;
  private boolean expired;

  /**
   * @param now of the clock, from which its time counts
   * @param number no two have one
   */
  Diminished(Port port, SendPowers powers, long now, long number) {
    this.port = port;
    this.powers = powers;
    this.end = powers.ends() ? now + powers.nanos() : 0;
    this.number = number;
  }

  Port port() {
    return port;
  }

  /** What is left of them at this time. */
  SendPowers powersAt(long now) {
    return powers.ends()
        ? new SendPowers(powers.ids(), powers.copyable(), Math.max(1, end - now))
        : powers;
  }

  boolean allows(int id) {
    return powers.allows(id);
  }

  boolean copyable() {
    return powers.copyable();
  }

  boolean ends() {
    return powers.ends();
  }

  long end() {
    return end;
  }

  long number() {
    return number;
  }

  boolean isDue(long now) {
    return powers.ends() && end - now <= 0;
  }

  boolean hasExpired() {
    return expired;
  }

  int rights() {
    return rights;
  }

  @Nullable Right entryIn(Space space) {
    return entries.get(space);
  }

  List<Right> entries() {
    return List.copyOf(entries.values());
  }

  Iterable<Space> spaces() {
    return List.copyOf(entries.keySet());
  }

  boolean hasEntries() {
    return !entries.isEmpty();
  }

  void entered(Space space, Right right) {
    entries.put(space, right);
  }

  void left(Space space) {
    entries.remove(space);
  }

  void clear() {
    entries.clear();
  }

  void gain() {
    if (rights++ == 0) {
      port.ipc().expiries.add(this);
    }
  }

  void lose() {
    if (--rights == 0) {
      port.ipc().expiries.remove(this);
    }
  }

  /** Its time is up; its port has seen to the entries. */
  void expire() {
    expired = true;
    entries.clear();
  }
}
