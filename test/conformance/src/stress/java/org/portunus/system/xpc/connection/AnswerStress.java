// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A caller that gives up and the answer: one of them ends the call, and both know which. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "given up; the answer is dropped")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "answered; the caller takes it")
@Outcome(expect = Expect.FORBIDDEN, desc = "given up and answered, or neither")
@State
public class AnswerStress {
  private final PendingCall call = Calls.pending();

  @Actor
  public void answers() {
    call.reply(new Reassembly.Message(new byte[0], MessageRights.NONE));
  }

  @Actor
  public void givesUp(II_Result result) {
    result.r1 = call.giveUp() ? 1 : 0;
  }

  @Arbiter
  public void look(II_Result result) {
    result.r2 =
        switch (call.now()) {
          case PendingCall.Answer.GivenUp _ -> 1;
          case PendingCall.Answer.Reply _ -> 2;
          case PendingCall.Answer.Failure _ -> 3;
          case null -> 0;
        };
  }
}
