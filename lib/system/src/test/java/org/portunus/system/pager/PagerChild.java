// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Main of a process whose native code touches a page that is lost: poison, or without. */
final class PagerChild {
  private static final class Refusing implements PageSource {
    @Override
    public byte[] read(long offset, int length) throws IOException {
      throw new IOException("no pages");
    }

    @Override
    public void write(long offset, byte[] page) {}
  }

  private PagerChild() {}

  public static void main(String[] arguments) {
    PageSource source = new Refusing();
    Duration deadline = Duration.ofMinutes(1);
    PagedMemory memory =
        arguments[0].equals("poison")
            ? PagedMemory.open(PagedMemory.PAGE_BYTES, source, deadline)
            : PagedMemory.openWithoutPoison(
                PagedMemory.PAGE_BYTES,
                source,
                deadline,
                lost -> Runtime.getRuntime().halt(PagedMemory.ENDED));
    MemorySegment address = memory.address();
    byte[] read = NativeTouch.read(address, 0, 1);
    System.out.println("read " + read[0]);
  }
}
