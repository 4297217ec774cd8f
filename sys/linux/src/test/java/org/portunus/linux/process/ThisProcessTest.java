// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.portunus.linux.call.LinuxException;

class ThisProcessTest {
  @Test
  void identityIsThatOfTheJvm() {
    assertThat(ThisProcess.pid()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(ThisProcess.parentPid())
        .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
    assertThat(ThisProcess.threadId()).isPositive();
    assertThat(ThisProcess.uid()).isEqualTo(ThisProcess.effectiveUid());
    assertThat(ThisProcess.gid()).isEqualTo(ThisProcess.effectiveGid());
  }

  @Test
  void controlsTakeEffect() throws LinuxException {
    JavaChild child = JavaChild.run(Controls.class);
    assertThat(child.outcome()).isEqualTo(new ExitRecord.Outcome.Exited(0));
    assertThat(child.output()).isEqualTo("true false, false true, false true, 1000 2000");
  }

  /** Prints each control before and after. */
  static final class Controls {
    private Controls() {}

    public static void main(String[] arguments) throws LinuxException {
      StringBuilder text = new StringBuilder();
      text.append(ThisProcess.isDumpable());
      ThisProcess.makeUndumpable();
      text.append(' ').append(ThisProcess.isDumpable());
      text.append(", ").append(ThisProcess.hasNoNewPrivileges());
      ThisProcess.setNoNewPrivileges();
      text.append(' ').append(ThisProcess.hasNoNewPrivileges());
      text.append(", ").append(ThisProcess.hasHugePagesDisabled());
      ThisProcess.disableHugePages();
      text.append(' ').append(ThisProcess.hasHugePagesDisabled());
      ThisProcess.setParentDeathSignal(Signal.KILL);
      ResourceLimit.OPEN_FILES.set(0, new ResourceLimit.Pair(1000, 2000));
      ResourceLimit.Pair limits = ResourceLimit.OPEN_FILES.get();
      text.append(", ").append(limits.soft()).append(' ').append(limits.hard());
      System.out.println(text);
    }
  }
}
