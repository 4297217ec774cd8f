// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** The pager of a memory, in the service. */
final class ProbePages implements ProbePager {
  private final int pages;
  private final Habit habit;
  private final Map<Long, byte[]> taken = new ConcurrentHashMap<>();

  ProbePages(int pages, Habit habit) {
    this.pages = pages;
    this.habit = habit;
  }

  @Override
  public byte[] supply(long offset, int length) {
    long page = offset / length;
    return page == pages - 1 ? last(offset, length) : content(offset, length);
  }

  private byte[] content(long offset, int length) {
    byte[] stored = taken.get(offset);
    if (stored != null) {
      return stored;
    }
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) (offset / length + 1));
    return bytes;
  }

  private byte[] last(long offset, int length) {
    return switch (habit) {
      case SUPPLIES -> content(offset, length);
      case SHORT -> new byte[10];
      case FLOODS -> new byte[1 << 20];
      case FAILS -> throw new IllegalStateException("no such page");
      case DIES -> {
        Runtime.getRuntime().halt(9);
        yield new byte[0];
      }
      case SILENT -> silence();
    };
  }

  private static byte[] silence() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
    return new byte[0];
  }

  @Override
  public void takeBack(long offset, byte[] page) {
    byte[] _ = taken.put(offset, page);
  }

  @Override
  public int collect(ProbeListener client) {
    int before = taken.size();
    long _ = client.told(0);
    return taken.size() - before;
  }
}
