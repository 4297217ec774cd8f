// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** What clients are told of the end of a service that ends in a call of theirs. */
class SignalNameTest {
  private static final String SERVICE = "org.portunus.probe.signal";

  @TempDir Path folder;

  @Test
  void interruptedNamesHowTheServiceEnded() throws Exception {
    try (LifeInstance instance =
            LifeInstance.start(new ProbeFolder(folder).job(SERVICE, Map.of(), 0));
        ServiceConnection<LifeProbe> probe = instance.open(SERVICE)) {
      // The Java machine catches the first, and exits by itself; the second nobody can catch.
      endsBy("SEGV", instance, probe.proxy(Eventually.PATIENCE));
      endsBy("KILL", instance, probe.proxy(Eventually.PATIENCE));
      for (int status : new int[] {1, 41}) {
        assertThatThrownBy(() -> probe.proxy(Eventually.PATIENCE).crash(status))
            .hasMessageContaining(ErrorCode.INTERRUPTED.dotted())
            .hasMessageContaining("exited with status " + status);
      }
      assertThat(probe.proxy(Eventually.PATIENCE).echo(4)).as("started again").isEqualTo(4);
    }
  }

  private static void endsBy(String signal, LifeInstance instance, LifeProbe probe)
      throws Exception {
    CallInBackground call = new CallInBackground(probe::sleep).awaitStart();
    String pid = Long.toString(instance.process(SERVICE).pid());
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
    PortunusException failure = call.awaitEnd().error().orElseThrow();
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(failure).hasMessageContaining("SIG" + signal);
    instance.awaitLog("job.crash", "SIG" + signal);
  }
}
