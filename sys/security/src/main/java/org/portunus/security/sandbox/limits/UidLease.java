// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Optional;

/**
 * Hands out the ids of a range, each to one sandbox at a time, the longest unused first. One thread
 * calls.
 */
public final class UidLease {
  private final UidRange range;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final BitSet leased = new BitSet();

  /** All of the range is free. */
  public UidLease(UidRange range) {
    this.range = range;
    for (int i = 0; i < range.size(); i++) {
      free.add(range.first() + i);
    }
  }

  /** An identity that no sandbox has, or empty when all are leased. */
  public Optional<SandboxIdentity> lease() {
    Integer id = free.poll();
    if (id == null) {
      return Optional.empty();
    }
    leased.set(id - range.first());
    return Optional.of(new SandboxIdentity(id, id));
  }

  /**
   * Takes an identity back. The caller has seen the end of every process that had it: its sandbox's
   * pid namespace is gone and its control groups are empty.
   *
   * @throws IllegalArgumentException when it is not leased
   */
  public void giveBack(SandboxIdentity identity) {
    int index = identity.uid() - range.first();
    if (index < 0 || !leased.get(index)) {
      throw new IllegalArgumentException(identity + " is not leased");
    }
    leased.clear(index);
    free.add(identity.uid());
  }

  /** How many are leased. */
  public int leased() {
    return leased.cardinality();
  }
}
