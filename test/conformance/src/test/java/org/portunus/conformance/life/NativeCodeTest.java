// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.NativeProbe;
import portunus.lifeprobe.NativeProbeXpc;

/** Services with native code: what is loaded, what is not, how one ends that crashes. */
class NativeCodeTest {
  private static final String NATIVE = "probe.native";
  private static final String UNGRANTED = "probe.native.ungranted";
  private static final String UNDECLARED = "probe.native.undeclared";
  private static final String PLAIN = "probe.plain";
  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int EROFS = 30;
  private static final int ENOSYS = 38;

  @TempDir static Path folder;
  private static NativeFolder site;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(NativeFolder.hasCompiler(), "gcc is not there");
    site = new NativeFolder(folder);
    ProbeFolder.openAll(folder);
    site.service(NATIVE, 41).declared(NATIVE, NativeFolder.LIBRARY).granted(NATIVE);
    site.service(UNGRANTED, 41).declared(UNGRANTED, NativeFolder.LIBRARY);
    site.service(UNDECLARED, 41).granted(UNDECLARED);
    Files.delete(site.library(UNDECLARED));
    site.probes().job(PLAIN, Map.of(), 0);
    instance = LifeInstance.start(site.probes());
  }

  @AfterAll
  static void end() throws Exception {
    if (instance != null) {
      instance.close();
    }
  }

  private static ServiceConnection<NativeProbe> open(String service) {
    return instance.client().open(NativeProbeXpc.TYPE, service);
  }

  private static PortunusException failure(Runnable call) {
    return catchThrowableOfType(PortunusException.class, call::run);
  }

  @Test
  void loadsItsLibrariesAndNoOther() {
    try (ServiceConnection<NativeProbe> service = open(NATIVE)) {
      NativeProbe probe = service.proxy(Eventually.PATIENCE);
      assertThat(probe.twice(21)).isEqualTo(42);
      assertThat(probe.answer()).isEqualTo(41);
      assertThat(probe.answerOfFile()).isEqualTo(41);
      PortunusException refused = failure(() -> probe.load("other"));
      assertThat(refused.code()).isEqualTo(ErrorCode.NATIVE);
      assertThat(refused).hasMessageContaining("libother.so");
    }
    assertThat(instance.awaitLog("task.start", NATIVE + " ")).contains(NativeFolder.LIBRARY);
    instance.awaitLog("bundle.native", NATIVE + " ", NativeFolder.LIBRARY);
  }

  @Test
  void nothingWritableIsExecutable() {
    try (ServiceConnection<NativeProbe> service = open(NATIVE)) {
      List<Integer> errors = service.proxy(Eventually.PATIENCE).attempts();
      assertThat(errors).hasSize(4).allMatch(Set.of(EPERM, EACCES, EROFS, ENOSYS)::contains);
    }
  }

  @Test
  void aCrashInterruptsWithTheNameOfItsSignal() throws Exception {
    try (ServiceConnection<NativeProbe> service = open(NATIVE)) {
      NativeProbe probe = service.proxy(Eventually.PATIENCE);
      assertThat(probe.answer()).isEqualTo(41);
      // What is on disk from now on is not what was hashed, and not what is started again.
      site.putLibrary(NATIVE, 99);
      List<String> signals = List.of("SIGSEGV", "SIGABRT", "SIGILL");
      for (int how = 0; how < signals.size(); how++) {
        int end = how;
        PortunusException ended = failure(() -> probe.end(end));
        assertThat(ended.code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(ended).hasMessageContaining(signals.get(how));
        instance.awaitLog("job.crash", NATIVE + " ", signals.get(how));
        assertThat(probe.answer()).as("started again").isEqualTo(41);
      }
    }
  }

  @Test
  void withoutGrantOrDeclarationThereIsNone() {
    try (ServiceConnection<NativeProbe> ungranted = open(UNGRANTED);
        ServiceConnection<NativeProbe> undeclared = open(UNDECLARED)) {
      assertThat(failure(() -> ungranted.proxy(Eventually.PATIENCE).answer()))
          .hasMessageContaining(ErrorCode.LAUNCH_FAILED.dotted())
          .hasMessageContaining(ErrorCode.NATIVE.dotted())
          .hasMessageContaining(NativeFolder.LIBRARY);
      PortunusException refused =
          failure(() -> undeclared.proxy(Eventually.PATIENCE).load("nativeprobe"));
      assertThat(refused.code()).isEqualTo(ErrorCode.NATIVE);
    }
  }

  @Test
  void itsSandboxDiffersInTheMountsOfItsLibrariesOnly() throws Exception {
    try (ServiceConnection<NativeProbe> service = open(NATIVE);
        ServiceConnection<LifeProbe> plain = instance.open(PLAIN)) {
      assertThat(service.proxy(Eventually.PATIENCE).twice(1)).isEqualTo(2);
      assertThat(plain.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      List<String> ofNative = sandbox(NATIVE);
      List<String> ordinary = sandbox(PLAIN);
      assertThat(ofNative).containsAll(ordinary);
      List<String> more = ofNative.stream().filter(line -> !ordinary.contains(line)).toList();
      assertThat(more)
          .singleElement()
          .asString()
          .contains("/portunus/native/" + NativeFolder.LIBRARY + " ro,nosuid,nodev");
    }
  }

  private static List<String> sandbox(String service) throws Exception {
    String dump = EffectiveSandbox.of(instance.process(service).pid());
    // What a Java machine has open for itself changes as it works.
    return Arrays.stream(dump.split("\n"))
        .filter(line -> !line.startsWith("descriptor"))
        .collect(Collectors.toList());
  }
}
