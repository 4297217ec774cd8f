// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** Supplies the pages of one memory, all but the last as it should. */
@Service("portunus.lifeprobe.pager")
public interface ProbePager {
  /** What it does when it is asked for the last page. */
  enum Habit {
    SUPPLIES,
    /** Answers with 10 bytes. */
    SHORT,
    /** Answers with a mebibyte. */
    FLOODS,
    /** Throws. */
    FAILS,
    /** Ends its process. */
    DIES,
    /** Answers when it is interrupted. */
    SILENT
  }

  /** Every byte of a page is its number plus one, unless it was taken back. */
  @MethodId(1)
  byte[] supply(long offset, int length);

  @MethodId(2)
  void takeBack(long offset, byte[] page);

  /** Has the client give its changed pages back, and says how many it took. */
  @MethodId(3)
  int collect(ProbeListener client);
}
