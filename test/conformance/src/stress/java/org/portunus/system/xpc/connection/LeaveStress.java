// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A method that returns while its call is cancelled: the interrupt does not outlive the call. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "returned first")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "cancelled first; the interrupt is gone")
@Outcome(expect = Expect.FORBIDDEN, desc = "the next call is interrupted")
@State
public class LeaveStress {
  private final IncomingCall call = Calls.incoming();
  private final Object lock = new Object();
  private volatile Thread runner = Thread.currentThread();

  @Actor
  public void runs(II_Result result) {
    boolean _ = Thread.interrupted();
    runner = Thread.currentThread();
    synchronized (lock) {
      call.start(runner);
    }
    result.r1 = call.leave() ? 1 : 0;
  }

  @Actor
  public void cancels() {
    synchronized (lock) {
      call.cancel();
    }
  }

  @Arbiter
  public void look(II_Result result) {
    result.r2 = runner.isInterrupted() ? 1 : 0;
  }
}
