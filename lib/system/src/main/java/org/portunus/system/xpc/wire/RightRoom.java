// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.concurrent.atomic.AtomicInteger;

/** How many rights of one peer's arguments the implementation keeps, beyond the calls. */
public final class RightRoom {
  private final int limit;
  private final AtomicInteger used = new AtomicInteger();

  public RightRoom(int limit) {
    this.limit = limit;
  }

  public int limit() {
    return limit;
  }

  public boolean isFull() {
    return used.get() >= limit;
  }

  void take() {
    int _ = used.incrementAndGet();
  }

  void giveBack() {
    int _ = used.decrementAndGet();
  }
}
