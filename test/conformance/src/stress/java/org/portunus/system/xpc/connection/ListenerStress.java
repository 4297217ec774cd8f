// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The listener of a call hears of its end once, whoever comes first. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "once")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "the answer was lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "heard twice")
@State
public class ListenerStress {
  private final PendingCall call = Calls.pending();
  private final AtomicInteger heard = new AtomicInteger();

  @Actor
  public void answers() {
    call.reply(new Reassembly.Message(new byte[0], MessageRights.NONE));
  }

  @Actor
  public void listens() {
    call.whenAnswered(answer -> heard.incrementAndGet());
  }

  @Arbiter
  public void count(I_Result result) {
    result.r1 = heard.get();
  }
}
