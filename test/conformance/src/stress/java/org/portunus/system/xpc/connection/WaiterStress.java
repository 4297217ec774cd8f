// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Who waits for an answer that comes does not sleep through it. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the answer woke the waiter, or was there")
@Outcome(expect = Expect.FORBIDDEN, desc = "only the deadline ended the wait")
@State
public class WaiterStress {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final PendingCall call = Calls.pending();

  @Actor
  public void answers() {
    call.reply(new Reassembly.Message(new byte[0], MessageRights.NONE));
  }

  @Actor
  public void waits(I_Result result) {
    Until until = Until.after(LONG);
    try {
      call.await(until);
      result.r1 = until.remaining() > 0 && call.hasEnded() ? 1 : 0;
    } catch (InterruptedException e) {
      result.r1 = -1;
    }
  }
}
