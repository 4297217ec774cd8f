// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.crash.LastCalls;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.CrashReports;
import portunus.lifeprobe.LifeProbe;

/** A task that dies leaves a report of what it died of; one that ends in good order leaves none. */
class CrashReportsTest {
  private static final String BY_SIGNAL = "probe.signal";
  private static final String BY_ITSELF = "probe.exit";
  private static final String ORDERLY = "probe.orderly";
  private static final String HOSTILE = "\u001b[2J# A fatal error\rcrash version=1\u202e";
  private static final int FLOOD = 2000;

  @TempDir static Path folder;
  @TempDir static Path output;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(BY_SIGNAL, Map.of("IdleTimeout", "600"), 0)
                .job(BY_ITSELF, Map.of("IdleTimeout", "600"), 0)
                .job(ORDERLY, Map.of("IdleTimeout", "600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    Path run = instance.instance().run();
    instance.close();
    assertThat(Files.exists(run)).as("the run folder of a private instance").isFalse();
  }

  private static CrashReport report(String label) throws Exception {
    instance.awaitLog("crash.report", "label=" + label);
    CrashReports reports = new CrashReports(instance.instance().run());
    Eventually.until(
        "the report of " + label,
        () -> all(reports).stream().anyMatch(each -> each.head().label().equals(label)));
    CrashReport report =
        all(reports).stream()
            .filter(each -> each.head().label().equals(label))
            .findFirst()
            .orElseThrow();
    assertThat(reports.read(report.name())).contains(report);
    return report;
  }

  private static List<CrashReport> all(CrashReports reports) {
    try {
      return reports.all();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void theErrorReportOfAJavaMachineThatASignalEndedIsKept() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(BY_SIGNAL)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      String task = instance.job(BY_SIGNAL).task().orElseThrow();
      long pid = instance.process(BY_SIGNAL).pid();
      Process kill = new ProcessBuilder("kill", "-SEGV", Long.toString(pid)).start();
      assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
      CrashReport report = report(BY_SIGNAL);
      assertThat(report.head().task()).hasToString(task);
      assertThat(report.died()).contains("(SIGSEGV, told by its Java machine)");
      assertThat(report.head().identity()).matches("[0-9a-f]{64}");
      assertThat(report.fatal().getFirst()).startsWith("# A fatal error has been detected");
      assertThat(report.fatal())
          .anyMatch(line -> line.contains("SIGSEGV"))
          .anyMatch(line -> line.contains("S U M M A R Y"))
          .anyMatch(line -> line.contains("T H R E A D"));
      assertThat(report.connections())
          .singleElement()
          .satisfies(served -> assertThat(served.label()).isEqualTo("outside"));
    }
  }

  @Test
  void whatATaskWroteBeforeItsEndIsBoundedAndMakesNoLineOfItsOwn() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(BY_ITSELF)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      probe.print(HOSTILE, FLOOD);
      assertThatThrownBy(() -> probe.crash(3))
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      CrashReport report = report(BY_ITSELF);
      assertThat(report.head().died()).isEqualTo("exit status 3");
      assertThat(report.fatal()).isEmpty();
      assertThat(report.connections())
          .singleElement()
          .satisfies(served ->
              assertThat(served.calls())
                  .as("the call that ended it, told by its client")
                  .containsExactly(new LastCalls.Call(2, 4)));
      assertThat(report.output())
          .anyMatch(line -> line.text().contains((FLOOD - 1) + " " + HOSTILE.substring(0, 10)));
      Path file = instance.instance().run().resolve("crashes").resolve(report.name());
      assertThat(Files.size(file)).isLessThan(CrashReport.MAX_BYTES);
      assertThat(Files.readString(file).lines().filter(line -> line.startsWith("crash ")))
          .hasSize(1);
      assertThat(Files.readString(file)).doesNotContain("\u001b", "\r", "\u202e");
      String run = instance.instance().run().toString();
      ToolRun list = ToolRun.of(output, "crashes", "--run", run);
      assertThat(list.out()).contains(report.name(), BY_ITSELF, "exit status 3");
      ToolRun shown = ToolRun.of(output, "crashes", report.name(), "--run", run);
      assertThat(shown.out())
          .contains("died of:   exit status 3", "call 2 (method 4) (told by it)")
          .doesNotContain("\u001b");
      ToolRun doctor = ToolRun.of(output, "doctor", "--run", run);
      assertThat(doctor.out()).contains("answers: 3 jobs", "crash reports, the latest of ");
      assertThat(ToolRun.of(output, "crashes", "crash-0-0", "--run", run).status()).isEqualTo(2);
    }
  }

  @Test
  void aTaskThatIsStoppedLeavesNoReport() {
    try (ServiceConnection<LifeProbe> connection = instance.open(ORDERLY)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
    }
    instance.control().stop(ORDERLY);
    instance.awaitLog("job.exit", "label=" + ORDERLY);
    assertThat(instance.lines())
        .noneMatch(
            line -> line.contains(" crash.report ") && line.contains(" label=" + ORDERLY + " "));
    assertThat(instance.job(ORDERLY).crashes()).isZero();
  }
}
