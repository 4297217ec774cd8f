// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.portunus.bench.pair.Record64;
import org.portunus.bench.pair.Rounds;

/**
 * Many calls; the figures are the bytes that the threads of each end allocated meanwhile, without
 * those of the records that went in at one and came out at the other. Both ends keep each record
 * until the next: the compiler might do without an object that nobody keeps, and its bytes would be
 * subtracted all the same.
 */
final class Allocation implements Rounds.Round {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int RECORDS = 10_000;

  private final Echo echo;
  private volatile Record64 last = Record64.SENT;

  Allocation(Echo echo) {
    this.echo = echo;
  }

  static long ofThisProcess() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  @Override
  public long[] run(int count) throws IOException {
    long records = count * bytesOfRecord();
    // The first time costs more than the others.
    long _ = echo.allocated();
    long serviceEmpty = -echo.allocated() + echo.allocated();
    long callerEmpty = -ofThisProcess() + ofThisProcess();
    long service = -echo.allocated();
    long caller = -ofThisProcess();
    warm(count);
    caller += ofThisProcess();
    service += echo.allocated();
    return new long[] {caller - callerEmpty - records, service - serviceEmpty - records, count};
  }

  @Override
  public void warm(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      last = echo.kept(Record64.SENT);
      if (last.h() != Record64.SENT.h()) {
        throw new IOException("another record came back");
      }
    }
  }

  private static long bytesOfRecord() {
    Record64[] kept = new Record64[RECORDS];
    long bytes = -THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RECORDS; i++) {
      kept[i] = new Record64(i, 2, 3, 4, 5, 6, 7, 8);
    }
    bytes += THREADS.getCurrentThreadAllocatedBytes();
    return kept[RECORDS - 1].a() < RECORDS ? bytes / RECORDS : 0;
  }
}
