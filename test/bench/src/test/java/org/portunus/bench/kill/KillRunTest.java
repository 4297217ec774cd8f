// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.bench.kill.CallLog.Ended;
import org.portunus.tool.instance.Installation;

/** The benchmark with fewer kills, and that it sees what would be wrong. */
class KillRunTest {
  private static final int ROUNDS = 20;

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("the tests run outside the project");
      }
    }
    return folder;
  }

  @Test
  void everyDocumentHasOneEntryWhenTheServiceIsKilled() throws Exception {
    long seed = System.nanoTime();
    System.out.println("kills: seed " + seed);
    Path built = root().resolve("target/dist");
    Installation installation =
        new Installation(
            Path.of(System.getProperty("java.home")),
            Path.of(System.getProperty("portunus.dist", built.toString())));
    Path documents = root().resolve("examples/inspector/corpus/real");
    KillFindings findings = new KillRun(installation, documents, ROUNDS, seed).run(round -> {});
    System.out.println(findings);
    assertThat(findings.violations()).isEmpty();
    assertThat(findings.kills()).isEqualTo(ROUNDS);
    assertThat(findings.lost()).isZero();
    assertThat(findings.once()).isEqualTo(findings.documents()).isGreaterThan(20);
    assertThat(findings.interrupted()).isPositive();
    assertThat(findings.report().holds()).isTrue();
  }

  @Test
  void aCallThatIsInterruptedWithoutAKillIsSeen() {
    Ended interrupted = new Ended(100, 200, Optional.of(ErrorCode.INTERRUPTED));
    Ended answered = new Ended(300, 400, Optional.empty());
    Killer.Kill early = new Killer.Kill(10, 20, 50);
    Killer.Kill within = new Killer.Kill(150, 160, 500);
    List<Ended> calls = List.of(interrupted, answered);
    assertThat(KillFindings.violations(calls, List.of(within))).isEmpty();
    assertThat(KillFindings.violations(calls, List.of(early))).hasSize(1);
    assertThat(KillFindings.violations(List.of(interrupted), List.of(within))).hasSize(1);
    Ended late = new Ended(100, 200, Optional.of(ErrorCode.DEADLINE));
    assertThat(KillFindings.violations(List.of(late), List.of(within))).hasSize(1);
  }
}
