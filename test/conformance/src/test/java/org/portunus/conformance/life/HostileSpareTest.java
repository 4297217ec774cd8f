// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.portunus.tool.instance.Installation;

/** A spare whose process asks for more than to be ready, before anything was handed over to it. */
class HostileSpareTest {
  private static final String ENTRY =
      "sys/kernel/src/main/java/org/portunus/kernel/entry/Entry.java";
  private static final String START =
      "lib/system/src/main/java/org/portunus/system/start/Start.java";
  private static final String READY = "TaskStart start = kernel.taskReady();";

  /** One after the other asks early, asks while it waits, and says twice that it is ready. */
  private static final String HOSTILE =
      """
      long kind = kernel.greeting().task().counter() % 3;
      if (kind == 0) {
        System.out.println("early " + kernel.allocate(org.portunus.abi.mach.RightKind.RECEIVE));
      }
      Thread.ofPlatform().daemon().start(() -> {
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000_000L);
        if (kind == 1) {
          System.out.println("got " + kernel.allocate(org.portunus.abi.mach.RightKind.RECEIVE));
        }
        if (kind == 2) {
          kernel.announceReady();
        }
      });
      TaskStart start = kernel.taskReady();
      """;

  @TempDir Path folder;

  /** As root, the parts of an instance have users of their own. */
  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path hostileStart() throws IOException {
    return SeededSystem.classes(folder.resolve("start"), START, READY, HOSTILE);
  }

  private LifeInstance start(Map<String, Path> classes) throws IOException {
    Installation seeded = SeededSystem.with(classes, folder.resolve("dist"));
    Path jobs = Files.createDirectory(folder.resolve("jobs"));
    return LifeInstance.start(seeded, new ProbeFolder(jobs).job("probe.spared", Map.of(), 0), 1);
  }

  /** Waits for the end of a spare, which had or had not been said to wait. */
  private static void awaitEnd(LifeInstance instance, boolean waited, String why) {
    Eventually.until(
        "the end of a spare: " + why,
        () -> {
          List<String> lines = instance.lines();
          return lines.stream()
              .filter(line -> line.contains(" spare.end ") && line.contains(why))
              .map(line -> line.replaceFirst(".* task=(\\S+).*", "$1"))
              .anyMatch(task ->
                  waited
                      == lines.stream()
                          .anyMatch(line ->
                              line.contains(" spare.ready ") && line.endsWith(" task=" + task)));
        });
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whatAsksForAnythingElseIsEndedWithItsCause() throws Exception {
    try (LifeInstance instance = start(Map.of("system", hostileStart()))) {
      String refused = "PORT_ALLOCATE before the sandbox was verified";
      awaitEnd(instance, false, refused);
      awaitEnd(instance, true, refused);
      awaitEnd(instance, true, "TASK_READY in state WAITING");
      assertThat(instance.lines()).noneMatch(line -> line.contains("early "));
      assertThat(instance.lines()).noneMatch(line -> line.contains("got "));
      assertThat(instance.awaitLog("task.refused", refused)).contains("label=spare");
    }
  }

  /** A kernel that looks at spares once and then takes what they send is found by it. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aKernelThatAnswersTheOneThatWaitsTurnsItRed() throws Exception {
    Path kernel =
        SeededSystem.classes(
            folder.resolve("entry"),
            ENTRY,
            "case GREETED, VERIFYING, WAITING -> true;\n          case LAUNCHED, RUNNING",
            "case GREETED, VERIFYING -> true;\n          case LAUNCHED, WAITING, RUNNING");
    try (LifeInstance instance = start(Map.of("system", hostileStart(), "kernel", kernel))) {
      assertThat(instance.awaitLog("got ")).contains("OUT");
    }
  }
}
