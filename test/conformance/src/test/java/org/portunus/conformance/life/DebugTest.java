// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verb debug on a job in development mode, on one that is not, and from a sandbox. */
class DebugTest {
  private static final String DEVELOPED = "probe.developed";
  private static final String RECORDED = "probe.recorded";
  private static final String ORDINARY = "probe.ordinary";
  private static final String OTHER = "probe.other";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path folder;
  @TempDir static Path files;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(DEVELOPED, Map.of(), 0)
                .development(DEVELOPED)
                .job(RECORDED, Map.of(), 0)
                .development(RECORDED)
                .job(ORDINARY, Map.of(), 0)
                .job(OTHER, Map.of(), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  @Test
  void anOrdinaryJobRefusesWithATypedErrorAndAnEvent() throws Exception {
    ToolRun run = ToolRun.of(instance, "debug", ORDINARY, "--threads");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("debug.refused", ORDINARY, "fix: ", "Development");
    assertThat(instance.awaitLog("debug.refuse", ORDINARY)).contains("launchd");
  }

  @Test
  void whatASandboxDoesIsSeenInItsThreads() throws Exception {
    assertThat(instance.awaitLog("job.development")).contains(DEVELOPED);
    try (ServiceConnection<LifeProbe> service = instance.open(DEVELOPED)) {
      CallInBackground stuck =
          new CallInBackground(listener -> service.proxy().sleep(listener)).awaitStart();
      ToolRun text = ToolRun.of(instance, "debug", DEVELOPED, "--threads");
      assertThat(text.err()).isEmpty();
      assertThat(text.status()).isZero();
      assertThat(text.out()).contains("LifeProbeService.sleep", "CountDownLatch", "waits for");

      JsonNode report =
          JSON.readTree(
              ToolRun.of(instance, "debug", "debug." + DEVELOPED, "--threads", "--json", "-")
                  .out());
      assertThat(report.get("threads").size()).isGreaterThan(2);
      assertThat(report.toString()).contains("LifeProbeService.sleep");
      assertThat(instance.awaitLog("debug.open", DEVELOPED)).contains("uid=");
      assertThat(stuck.hasEnded()).isFalse();
    }
  }

  @Test
  void aSandboxCannotLookIntoAnother() {
    try (ServiceConnection<LifeProbe> service = instance.open(ORDINARY)) {
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> service.proxy(Eventually.PATIENCE).askOther("debug.".concat(DEVELOPED)))
          .withMessageContaining(ErrorCode.DENIED.dotted());
    }
    assertThat(instance.awaitLog("bootstrap.refuse", "debug.".concat(DEVELOPED)))
        .contains("for programs outside");
  }

  @Test
  void aRecordingHasCallsLaunchesAndRefusals() throws Exception {
    Path file = files.resolve("recording.jfr");
    AtomicBoolean recorded = new AtomicBoolean();
    try (ServiceConnection<LifeProbe> service = instance.open(RECORDED)) {
      LifeProbe proxy = service.proxy(Eventually.PATIENCE);
      long unusedEcho = proxy.echo(1);
      long before = looks();
      CompletableFuture<Void> calls =
          CompletableFuture.runAsync(() -> {
            Eventually.until("it is looked into", () -> looks() > before);
            instance.control().kick(OTHER);
            refusedLook();
            for (long i = 0; !recorded.get(); i++) {
              long unusedAgain = proxy.echo(i);
            }
          });
      ToolRun run = ToolRun.of(instance, "debug", RECORDED, "--jfr", file.toString(), "--for", "3");
      recorded.set(true);
      Void unusedNothing = calls.join();
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("recording of " + RECORDED, " bytes");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(named(events, "org.portunus.HandledCall"))
        .isNotEmpty()
        .anyMatch(call ->
            call.getInt("method") == 1
                && call.getString("outcome").equals("reply")
                && call.getString("service").equals("portunus.lifeprobe"));
    assertThat(named(events, "org.portunus.Launch"))
        .anyMatch(launch -> launch.getString("label").equals(OTHER));
    assertThat(named(events, "org.portunus.InstanceRefusal"))
        .anyMatch(refusal -> refusal.getString("event").equals("debug.refuse"));
    assertThat(named(events, "jdk.JVMInformation")).isNotEmpty();
  }

  /** Of this job alone: the log has a share of such lines for each. */
  private static long looks() {
    return instance.lines().stream()
        .filter(line -> line.contains("debug.open") && line.contains(RECORDED))
        .count();
  }

  private static void refusedLook() {
    try {
      String unusedName = instance.control().debugger(ORDINARY);
    } catch (PortunusException refused) {
      assertThat(refused.code()).isEqualTo(ErrorCode.DEBUG_REFUSED);
    }
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  @Test
  void aHeapDumpIsWritten() throws Exception {
    Path file = files.resolve("heap.hprof");
    ToolRun run = ToolRun.of(instance, "debug", DEVELOPED, "--heap", file.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    byte[] start = new byte[18];
    try (InputStream in = Files.newInputStream(file)) {
      assertThat(in.readNBytes(start, 0, start.length)).isEqualTo(start.length);
    }
    assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("JAVA PROFILE 1.0.2");

    ToolRun again = ToolRun.of(instance, "debug", DEVELOPED, "--heap", file.toString());
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("is there already");
  }

  @Test
  void aDebuggerOfTheHostGetsIn() throws Exception {
    Process verb =
        new ProcessBuilder(
                ToolRun.command(
                    "debug",
                    DEVELOPED,
                    "--jdwp",
                    "0",
                    "--run",
                    instance.instance().run().toAbsolutePath().toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = verb.inputReader()) {
      String line = told.readLine();
      assertThat(line).contains("debugger of " + DEVELOPED + " at 127.0.0.1:");
      String address = line.replaceFirst(".* at (127\\.0\\.0\\.1:\\d+) .*", "$1");
      Path output = files.resolve("jdb.out");
      Process jdb =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jdb").toString(),
                  "-attach",
                  address)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try (Writer commands = jdb.outputWriter()) {
        commands.write("suspend\nthreads\nresume\nquit\n");
      }
      assertThat(jdb.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(output)).contains("Group system", "Finalizer");
      assertThat(verb.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(verb.exitValue()).isZero();
    } finally {
      verb.destroy();
    }
    try (ServiceConnection<LifeProbe> service = instance.open(DEVELOPED)) {
      assertThat(service.proxy(Eventually.PATIENCE).echo(7)).isEqualTo(7);
    }
    ToolRun refused = ToolRun.of(instance, "debug", ORDINARY, "--jdwp", "0");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("debug.refused", ORDINARY);
  }

  @Test
  void onlyDevelopmentHasFilesOfItsOwn() throws Exception {
    try (ServiceConnection<LifeProbe> developed = instance.open(DEVELOPED);
        ServiceConnection<LifeProbe> ordinary = instance.open(ORDINARY)) {
      long unusedOne = developed.proxy(Eventually.PATIENCE).echo(1);
      long unusedTwo = ordinary.proxy(Eventually.PATIENCE).echo(1);
      assertThat(EffectiveSandbox.of(instance.process(DEVELOPED).pid())).contains(" /tmp ");
      assertThat(EffectiveSandbox.of(instance.process(ORDINARY).pid())).doesNotContain(" /tmp ");
    }
  }
}
