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

/** The room of a record is written over only after it was copied out: a full ring of one lap. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "no room yet for the next lap")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the next lap began behind the reader")
@Outcome(expect = Expect.FORBIDDEN, desc = "the reader saw bytes of the next lap")
@State
public class LapStress {
  private static final int CAPACITY = 256;
  private static final int LENGTH = 120;

  private final MemorySegment memory =
      MemorySegment.ofArray(new long[(int) LinkLayout.size(CAPACITY) / 8]);
  private final RingWriter writer = new RingWriter(memory, 0, CAPACITY);
  private final RingReader reader = new RingReader(memory, 0, CAPACITY, LENGTH);
  private final byte[] lap = new byte[LENGTH];
  private final byte[] into = new byte[LENGTH];

  public LapStress() {
    java.util.Arrays.fill(lap, (byte) 1);
    writer.write(RecordKind.FRAME, lap, LENGTH, 0);
    java.util.Arrays.fill(lap, (byte) 2);
  }

  @Actor
  public void writes(II_Result result) {
    result.r2 = writer.write(RecordKind.FRAME, lap, LENGTH, 0) == LENGTH ? 1 : 0;
  }

  @Actor
  public void reads(II_Result result) {
    int length = reader.read(into);
    int seen = length == LENGTH ? into[0] : -1;
    for (byte b : into) {
      seen = b == into[0] ? seen : -2;
    }
    result.r1 = seen;
  }
}
