// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A reader that was away and rung for takes the bell, reads and turns away again, while its peer
 * posts another record: who posts rings anew, or the reader sees the record.
 */
@JCStressTest
@Outcome(id = "1, 256", expect = Expect.ACCEPTABLE, desc = "the bell is on its way, and was taken")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "posted while the reader was awake")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "seen, and rung for too")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "posted after the reader turned away")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "awake no more, and not rung for")
@Outcome(id = "0, 256", expect = Expect.FORBIDDEN, desc = "an old bell taken for a new one")
@Outcome(expect = Expect.FORBIDDEN, desc = "nothing of this kind")
@State
public class BellStress {
  private final TwoEnds ends = new TwoEnds(1024);
  private final LinkEnd client = ends.client;
  private final LinkEnd service = ends.service;
  private final byte[] frame = new byte[40];
  private final byte[] into = new byte[40];

  public BellStress() {
    boolean _ = service.turnAway();
    int rung = client.write(frame, frame.length, 0);
    int length = service.read(into);
    assert rung == 2 && length == frame.length;
  }

  @Actor
  public void takesTheBell(II_Result result) {
    service.bellTaken();
    service.attend();
    boolean seen = service.read(into) > 0;
    seen |= service.turnAway();
    result.r1 = seen ? 1 : 0;
  }

  @Actor
  public void posts(II_Result result) {
    result.r2 = client.write(frame, frame.length, 0);
  }
}
