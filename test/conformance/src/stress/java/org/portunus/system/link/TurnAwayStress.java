// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who turns away sees the record, or its poster sees that nobody reads. Sleeping is the same. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the reader saw the record")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "the poster rings")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "both saw the other")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
@Outcome(expect = Expect.FORBIDDEN, desc = "nothing of this kind")
@State
public class TurnAwayStress {
  private final TwoEnds ends = new TwoEnds(256);
  private final LinkEnd client = ends.client;
  private final LinkEnd service = ends.service;
  private final byte[] frame = new byte[40];

  @Actor
  public void turnsAway(II_Result result) {
    result.r1 = service.turnAway() ? 1 : 0;
  }

  @Actor
  public void posts(II_Result result) {
    result.r2 = client.write(frame, frame.length, 0);
  }
}
