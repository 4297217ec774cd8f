// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Inheritance;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** Services that crash on and on, and services that can't be started. */
class LaunchTest {
  private static final String CRASHING = "probe.crashing";
  private static final String DAMAGED = "probe.damaged";
  private static final String MANIFEST = "probe.manifest";
  private static final String CLASSLESS = "probe.classless";
  private static final String UNSTARTABLE = "probe.unstartable";
  private static final String WORDY = "probe.wordy";
  private static final String UNTHROTTLED = "probe.unthrottled";
  private static final int MOST_CRASHES = 40;
  private static final Map<String, String> NO_LIMITS = Map.of();
  private static final Pattern PAUSE = Pattern.compile("next start possible in ([0-9]+) ms");

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    ProbeFolder probes =
        new ProbeFolder(folder)
            .job(CRASHING, NO_LIMITS, 1)
            .job(UNTHROTTLED, NO_LIMITS, 0)
            .job(WORDY, NO_LIMITS, 10)
            .job(DAMAGED, NO_LIMITS, 10)
            .job(MANIFEST, NO_LIMITS, 10)
            .job(CLASSLESS, NO_LIMITS, 10, "portunus.lifeprobe.Missing")
            .job(UNSTARTABLE, NO_LIMITS, 10, "portunus.lifeprobe.LifeProbe");
    cut(probes.jar(DAMAGED));
    sayTooMuch(probes);
    cut(probes.bundles().resolve(MANIFEST + ".xpc/Contents/Info.plist"));
    instance = LifeInstance.start(probes);
  }

  /** Keeps the first half of a file. */
  private static void cut(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
  }

  /** As many services and modules as there may be, each with the longest name. */
  private static void sayTooMuch(ProbeFolder probes) throws IOException {
    StringBuilder names = new StringBuilder();
    StringBuilder services = new StringBuilder();
    StringBuilder modules = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      String name = i == 0 ? WORDY : "%s.%0115d".formatted(WORDY, i);
      String type = "T".repeat(256);
      names.append("<key>%s</key><true/>".formatted(name));
      services.append(
          """
          <key>%s</key><dict><key>Type</key><string>%s</string>
          <key>Implementation</key><string>%s</string></dict>
          """
              .formatted(name, type, type));
      modules.append("<string>java%s</string>".formatted((".m" + "x".repeat(14)).repeat(8)));
    }
    try (OutputStream out = Files.newOutputStream(probes.jar(WORDY));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("T".repeat(256) + ".class"));
      zip.closeEntry();
    }
    Path info = probes.bundles().resolve(WORDY + ".xpc/Contents/Info.plist");
    String manifest = Files.readString(info);
    int from = manifest.indexOf("<key>" + WORDY + "</key>");
    int to = manifest.indexOf("</dict></dict>", from) + "</dict>".length();
    Files.writeString(
        info,
        manifest.substring(0, from)
            + services
            + "</dict><key>Modules</key><array>"
            + modules
            + "</array>"
            + manifest.substring(to + "</dict>".length()));
    Path job = probes.jobs().resolve(WORDY + ".plist");
    String plist = Files.readString(job);
    Files.writeString(
        job, plist.replace("<key>%s</key><true/>".formatted(WORDY), names.toString()));
  }

  @Test
  void aBundleThatNamesTooMuchIsRefusedAlone() {
    try (ServiceConnection<LifeProbe> connection = instance.open(WORDY)) {
      PortunusException refusal = failure(connection, probe -> probe.echo(1));
      assertThat(refusal.code()).as("%s", refusal).isEqualTo(ErrorCode.LAUNCH_FAILED);
      assertThat(refusal)
          .hasMessageContaining("bundle.refused")
          .hasMessageContaining("at most " + Inheritance.MAX_RECORD);
    }
    assertThat(instance.counts().tasks()).isNotEmpty();
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static PortunusException failure(
      ServiceConnection<LifeProbe> connection, Consumer<LifeProbe> call) {
    try {
      call.accept(connection.proxy(Eventually.PATIENCE));
    } catch (PortunusException failure) {
      return failure;
    }
    throw new AssertionError("the call was answered");
  }

  private static PortunusException failure(String service) {
    try (ServiceConnection<LifeProbe> connection = instance.open(service)) {
      return failure(connection, probe -> probe.echo(1));
    }
  }

  @Test
  void aServiceThatCrashesTooOftenIsThrottledForAWhile() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(CRASHING)) {
      PortunusException last = failure(connection, probe -> probe.crash(3));
      int crashes = 1;
      // Each crash within the window counts: a slow machine may need more than five.
      while (last.code() == ErrorCode.INTERRUPTED && crashes < MOST_CRASHES) {
        last = failure(connection, probe -> probe.crash(3));
        crashes++;
      }
      long throttled = System.nanoTime();
      assertThat(last.code()).as("%s", last).isEqualTo(ErrorCode.THROTTLED);
      assertThat(crashes).as("five crashes and the call that is refused").isGreaterThanOrEqualTo(6);
      Matcher pause = PAUSE.matcher(String.valueOf(last.getMessage()));
      assertThat(pause.find()).as("%s", last.getMessage()).isTrue();
      long left = Long.parseLong(pause.group(1));
      assertThat(left).isBetween(0L, 1000L);
      assertThat(instance.awaitLog("job.throttle", CRASHING)).contains("exited with status 3");

      long runs = instance.job(CRASHING).runs();
      Eventually.until("the end of the pause", () -> answers(connection));
      assertThat(Duration.ofNanos(System.nanoTime() - throttled))
          .isGreaterThanOrEqualTo(Duration.ofMillis(left));
      assertThat(instance.job(CRASHING).runs()).isEqualTo(runs + 1);
      assertThat(instance.awaitLog("job.unthrottle", CRASHING)).contains("the pause is over");
    }
  }

  private static boolean answers(ServiceConnection<LifeProbe> connection) {
    try {
      return connection.proxy(Eventually.PATIENCE).echo(7) == 7;
    } catch (PortunusException refusal) {
      assertThat(refusal.code()).isEqualTo(ErrorCode.THROTTLED);
      return false;
    }
  }

  @Test
  void withoutAThrottleEveryCallStartsTheServiceAgain() {
    try (ServiceConnection<LifeProbe> connection = instance.open(UNTHROTTLED)) {
      for (int i = 0; i < 7; i++) {
        PortunusException crash = failure(connection, probe -> probe.crash(3));
        assertThat(crash.code()).isEqualTo(ErrorCode.INTERRUPTED);
      }
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      assertThat(instance.job(UNTHROTTLED).crashes()).isEqualTo(7);
      assertThat(instance.job(UNTHROTTLED).runs()).isEqualTo(8);
    }
  }

  @Test
  void aDamagedJarIsTheReasonThatTheClientGets() {
    PortunusException refusal = failure(DAMAGED);
    assertThat(refusal.code()).as("%s", refusal).isEqualTo(ErrorCode.LAUNCH_FAILED);
    assertThat(refusal.getMessage()).contains("probe.jar");
  }

  @Test
  void aDamagedManifestIsTheReasonThatTheClientGets() {
    PortunusException refusal = failure(MANIFEST);
    assertThat(refusal.code()).as("%s", refusal).isEqualTo(ErrorCode.LAUNCH_FAILED);
    assertThat(refusal.getMessage()).contains("Info.plist");
  }

  @Test
  void aMissingClassIsTheReasonThatTheClientGets() {
    PortunusException refusal = failure(CLASSLESS);
    assertThat(refusal.code()).as("%s", refusal).isEqualTo(ErrorCode.LAUNCH_FAILED);
    assertThat(refusal.getMessage()).contains("portunus.lifeprobe.Missing");
  }

  @Test
  void codeThatCannotStartIsNotTriedForEver() {
    PortunusException refusal = failure(UNSTARTABLE);
    assertThat(refusal.code()).as("%s", refusal).isEqualTo(ErrorCode.THROTTLED);
    assertThat(refusal.getMessage()).contains("exited with status 70");
    assertThat(instance.awaitLog(UNSTARTABLE, "ERR", "bundle.refused"))
        .contains("portunus.lifeprobe.LifeProbe");
  }

  @Test
  void aNameThatNobodyOffersIsUnknown() {
    assertThat(failure("probe.nobody").code()).isEqualTo(ErrorCode.NAME_UNKNOWN);
  }
}
