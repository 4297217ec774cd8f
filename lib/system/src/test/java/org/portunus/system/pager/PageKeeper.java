// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A page source of tests: each page has bytes of its own, and everything is noted. */
class PageKeeper implements PageSource {
  final List<Long> read = new ArrayList<>();
  final Map<Long, byte[]> given = new ConcurrentHashMap<>();

  static byte[] page(long offset) {
    byte[] bytes = new byte[PagedMemory.PAGE_BYTES];
    Arrays.fill(bytes, (byte) (1 + offset / PagedMemory.PAGE_BYTES % 100));
    return bytes;
  }

  static byte[] pages(int count) {
    byte[] all = new byte[count * PagedMemory.PAGE_BYTES];
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          page((long) i * PagedMemory.PAGE_BYTES),
          0,
          all,
          i * PagedMemory.PAGE_BYTES,
          PagedMemory.PAGE_BYTES);
    }
    return all;
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    synchronized (read) {
      read.add(offset);
    }
    byte[] stored = given.get(offset);
    return stored == null ? page(offset) : stored.clone();
  }

  @Override
  public void write(long offset, byte[] page) throws IOException {
    byte[] _ = given.put(offset, page);
  }
}
