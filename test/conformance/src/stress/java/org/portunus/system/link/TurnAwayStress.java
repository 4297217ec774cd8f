// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.portunus.abi.link.LinkLayout;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;

/** Who turns away sees the record, or its poster sees that nobody reads. Sleeping is the same. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the reader saw the record")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "the poster rings")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "both saw the other")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
@Outcome(expect = Expect.FORBIDDEN, desc = "nothing of this kind")
@State
public class TurnAwayStress {
  private static final int CAPACITY = 256;
  private static final TaskWords.Place PLACE;
  private static final SeverWords WORDS;

  static {
    try {
      TaskWords words = TaskWords.create();
      PLACE = words.open().orElseThrow();
      WORDS = SeverWords.map(words.handOver());
    } catch (LinuxException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final MemorySegment memory =
      MemorySegment.ofArray(new long[(int) LinkLayout.size(CAPACITY) / 8]);
  private final LinkEnd client = end(LinkSide.CLIENT);
  private final LinkEnd service = end(LinkSide.SERVICE);
  private final byte[] frame = new byte[40];

  private LinkEnd end(LinkSide side) {
    LinkMemory both = new LinkMemory(memory, Optional.empty(), CAPACITY);
    return new LinkEnd(both, WORDS, PLACE.index(), PLACE.epoch(), side, 40);
  }

  @Actor
  public void turnsAway(II_Result result) {
    result.r1 = service.turnAway() ? 1 : 0;
  }

  @Actor
  public void posts(II_Result result) {
    result.r2 = client.write(frame, frame.length, 0);
  }
}
