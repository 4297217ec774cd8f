// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.RecordKind;

/** A record is seen whole or not at all, and the second never without the first. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing has come")
@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "the first has come")
@Outcome(id = "7, 9", expect = Expect.ACCEPTABLE, desc = "both have come")
@Outcome(expect = Expect.FORBIDDEN, desc = "a record in part, old bytes, or out of order")
@State
public class RingStress {
  private static final int CAPACITY = 1024;
  private static final int LENGTH = 56;

  private final MemorySegment memory =
      MemorySegment.ofArray(new long[(int) LinkLayout.size(CAPACITY) / 8]);
  private final RingWriter writer = new RingWriter(memory, 0, CAPACITY);
  private final RingReader reader = new RingReader(memory, 0, CAPACITY, LENGTH);
  private final byte[] first = filled(7);
  private final byte[] second = filled(9);
  private final byte[] into = new byte[LENGTH];

  private static byte[] filled(int value) {
    byte[] bytes = new byte[LENGTH];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Actor
  public void writes() {
    writer.write(RecordKind.FRAME, first, LENGTH, 0);
    writer.write(RecordKind.FRAME, second, LENGTH, 0);
  }

  @Actor
  public void reads(II_Result result) {
    result.r1 = take();
    result.r2 = result.r1 == 0 ? 0 : take();
  }

  /** The byte that all of the record is, 0 for none, -1 for a mixture. */
  private int take() {
    int length = reader.read(into);
    if (length == RingReader.EMPTY) {
      return 0;
    }
    for (byte b : into) {
      if (b != into[0]) {
        return -1;
      }
    }
    return length == LENGTH ? into[0] : -2;
  }
}
