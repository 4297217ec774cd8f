// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.memory.StreamCopy;
import org.portunus.security.sandbox.filter.TaskFilter;
import org.portunus.security.sandbox.limits.SandboxIdentity;
import org.portunus.security.sandbox.machine.KernelVersion;

final class LaunchPlanTest {
  private static final Path LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");
  private static final SandboxHost HOST =
      new SandboxHost(
          Path.of("/usr/bin/bwrap"),
          Path.of("/opt/jdk"),
          Path.of("/opt/system"),
          List.of(Path.of("/etc/jdk/java.security")),
          List.of(Path.of("/usr/lib/x86_64-linux-gnu/libc.so.6"), LOADER),
          new KernelVersion(6, 12),
          6);
  private static final LaunchRecord.Limits LIMITS =
      new LaunchRecord.Limits(64, 256, 80, 20, 128, 1000, 1000);

  private static LaunchRequest request(Optional<SandboxIdentity> identity, List<Path> groups) {
    return new LaunchRequest(
        SandboxProfile.JAVA_SERVICE,
        LIMITS,
        List.of("java.desktop"),
        "org.portunus.system/org.portunus.system.start.Main",
        List.of(),
        identity,
        groups,
        List.of(new LaunchRequest.FolderGrant(Path.of("/run/jobs"), Path.of("/portunus/jobs"))));
  }

  private static final LaunchRequest ROOT =
      request(Optional.of(new SandboxIdentity(700_001, 700_001)), List.of(Path.of("/cg/a")));
  private static final LaunchRequest USER = request(Optional.empty(), List.of());

  private static List<String> rows(EntryTable table) {
    return IntStream.range(0, table.size()).mapToObj(table::describe).toList();
  }

  private static List<String> calls(EntryTable table) {
    return rows(table).stream().map(row -> row.substring(0, row.indexOf('('))).toList();
  }

  @Test
  void theOuterEntryLeavesRootBeforeItExecutes() {
    assertThat(calls(LaunchPlan.of(HOST, ROOT).outer()))
        .containsExactly(
            "openat",
            "write",
            "close",
            "setgroups",
            "setresgid",
            "setresuid",
            "prctl",
            "close_range",
            "execve");
    assertThat(calls(LaunchPlan.of(HOST, USER).outer()))
        .containsExactly("prctl", "close_range", "execve");
  }

  @Test
  void theInnerEntryInstallsTheFilterLast() {
    List<String> calls = calls(LaunchPlan.of(HOST, ROOT).inner());

    assertThat(calls.subList(0, 2)).containsExactly("prctl", "prctl");
    assertThat(calls.subList(calls.size() - 4, calls.size()))
        .containsExactly("landlock_restrict_self", "close_range", "seccomp", "execve");
  }

  @Test
  void withoutControlGroupsDataIsLimited() {
    assertThat(limits(LaunchPlan.of(HOST, USER))).containsEntry("Max data size", 256L << 20);
    assertThat(limits(LaunchPlan.of(HOST, ROOT))).doesNotContainKey("Max data size");
  }

  @Test
  void oldKernelsCountAllProcessesOfTheUser() {
    SandboxHost old =
        new SandboxHost(
            HOST.bubblewrap(),
            HOST.jdk(),
            HOST.system(),
            HOST.settings(),
            HOST.libraries(),
            new KernelVersion(5, 13),
            1);
    assertThat(limits(LaunchPlan.of(old, USER))).doesNotContainKey("Max processes");
    assertThat(limits(LaunchPlan.of(old, ROOT))).containsEntry("Max processes", 80L);
  }

  private static Map<String, Long> limits(LaunchPlan plan) {
    return plan.expectation().limits().stream()
        .collect(java.util.stream.Collectors.toMap(l -> l.procName(), l -> l.value()));
  }

  @Test
  void filesAreCopiedReadOnlyAndNativeAccessIsTheBundlesAlone() {
    LaunchRequest plain = USER;
    LaunchRequest request =
        new LaunchRequest(
            plain.profile(),
            plain.limits(),
            plain.modules(),
            plain.main(),
            plain.arguments(),
            plain.identity(),
            plain.controlGroups(),
            plain.folders(),
            Optional.empty(),
            List.of("native/liba.so", "fonts/b.ttf", "fonts/fontconfig.properties"));
    LaunchPlan plan = LaunchPlan.of(HOST, request);
    assertThat(pairs(plan.bubblewrap(), "--ro-bind-data"))
        .containsExactly(
            "8 /portunus/native/liba.so",
            "9 /portunus/fonts/b.ttf",
            "10 /portunus/fonts/fontconfig.properties",
            "4 /entry");
    assertThat(plan.java())
        .contains("--enable-native-access=org.portunus.linux,ALL-UNNAMED")
        .contains("--illegal-native-access=deny", "-Djava.library.path=/portunus/native")
        .contains("-Dsun.awt.fontconfig=/portunus/fonts/fontconfig.properties");
    assertThat(plan.environment())
        .containsEntry("LD_LIBRARY_PATH", "/portunus/jdk/lib:/portunus/native");
    assertThat(plan.expectation().mounts())
        .contains(
            new ExpectedMount("/portunus/native/liba.so", ExpectedMount.Kind.READ_ONLY),
            new ExpectedMount("/portunus/fonts/b.ttf", ExpectedMount.Kind.READ_ONLY));
    LaunchPlan without = LaunchPlan.of(HOST, plain);
    assertThat(without.java()).contains("--enable-native-access=org.portunus.linux");
    assertThat(without.java().toString() + without.bubblewrap() + without.environment())
        .doesNotContain("UNNAMED", "/portunus/native", "fontconfig");
  }

  @Test
  void bubblewrapSeparatesEverythingAndMountsTheViewAlone() {
    List<String> command = LaunchPlan.of(HOST, USER).bubblewrap();

    assertThat(command)
        .contains("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent")
        .contains("--new-session", "--clearenv", "--as-pid-1")
        .doesNotContain("--share-net", "--proc", "--dev", "--bind", "--tmpfs");
    assertThat(pairs(command, "--ro-bind"))
        .containsExactly(
            "/opt/jdk /portunus/jdk",
            "/opt/system /portunus/system",
            "/etc/jdk/java.security /etc/jdk/java.security",
            "/usr/lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc.so.6",
            LOADER + " " + LOADER,
            "/run/jobs /portunus/jobs");
    assertThat(pairs(command, "--dev-bind"))
        .containsExactly(
            "/dev/null /dev/null",
            "/dev/zero /dev/zero",
            "/dev/random /dev/random",
            "/dev/urandom /dev/urandom");
    assertThat(command.subList(command.size() - 6, command.size()))
        .containsExactly("--remount-ro", "/", "--chdir", "/", "--", "/entry");
  }

  private static List<String> pairs(List<String> command, String option) {
    return IntStream.range(0, command.size())
        .filter(i -> command.get(i).equals(option))
        .mapToObj(i -> command.get(i + 1) + " " + command.get(i + 2))
        .toList();
  }

  @Test
  void everyMountIsExpected() {
    LaunchPlan plan = LaunchPlan.of(HOST, USER);
    int binds =
        Collections.frequency(plan.bubblewrap(), "--ro-bind")
            + Collections.frequency(plan.bubblewrap(), "--dev-bind")
            + Collections.frequency(plan.bubblewrap(), "--ro-bind-data");

    assertThat(plan.expectation().mounts()).hasSize(binds + 1);
  }

  @Test
  void javaGetsTheSecondFilterAndAnEnvironmentOfItsOwn() {
    LaunchPlan plan = LaunchPlan.of(HOST, USER);
    byte[] filter = TaskFilter.SERVICE_SECOND.program().toBytes();

    assertThat(plan.java())
        .contains("-Xmx64m", "-XX:+DisableAttachMechanism")
        .contains("-Dportunus.filter=" + Base64.getEncoder().encodeToString(filter))
        .containsSequence("--module-path", "/portunus/system", "--add-modules", "java.desktop")
        .endsWith("--module", "org.portunus.system/org.portunus.system.start.Main")
        .startsWith("/portunus/jdk/bin/java");
    assertThat(plan.environment())
        .isEqualTo(
            Map.of(
                "LD_LIBRARY_PATH",
                "/portunus/jdk/lib",
                "TZ",
                "UTC",
                "MALLOC_ARENA_MAX",
                "1",
                StreamCopy.VARIABLE,
                StreamCopy.VALUE));
  }

  @Test
  void removingALayerRemovesItsRowsAlone() {
    LaunchPlan whole = LaunchPlan.of(HOST, ROOT);
    assertThat(calls(without(SandboxLayer.UID).outer()))
        .doesNotContain("setresuid", "setresgid", "setgroups");
    assertThat(calls(without(SandboxLayer.LANDLOCK).inner()))
        .noneMatch(call -> call.startsWith("landlock"))
        .contains("seccomp", "prlimit64");
    assertThat(calls(without(SandboxLayer.FILTER_ONE).inner()))
        .doesNotContain("seccomp")
        .contains("landlock_restrict_self");
    assertThat(calls(without(SandboxLayer.LIMITS).inner())).doesNotContain("prlimit64");
    assertThat(without(SandboxLayer.NETWORK).bubblewrap()).contains("--share-net");
    assertThat(without(SandboxLayer.MOUNTS).bubblewrap()).contains("--dev-bind", "--unshare-user");
    assertThat(without(SandboxLayer.FILTER_TWO).java())
        .hasSize(whole.java().size() - 1)
        .noneMatch(argument -> argument.startsWith("-Dportunus.filter"));
  }

  private static LaunchPlan without(SandboxLayer layer) {
    return LaunchPlan.without(HOST, ROOT, EnumSet.of(layer));
  }

  @Test
  void nobodyOutsideThePackageRemovesALayer() {
    assertThat(LaunchPlan.class.getConstructors()).isEmpty();
    assertThat(Arrays.stream(LaunchPlan.class.getDeclaredMethods()))
        .filteredOn(method -> Arrays.asList(method.getParameterTypes()).contains(Set.class))
        .noneMatch(method -> Modifier.isPublic(method.getModifiers()));
    List<String> before = LaunchPlan.of(HOST, ROOT).bubblewrap();
    System.setProperty("portunus.layers", "none");
    try {
      assertThat(LaunchPlan.of(HOST, ROOT).bubblewrap()).isEqualTo(before);
    } finally {
      System.clearProperty("portunus.layers");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-Xmx1g", "a b", "java.base,x", "--add-opens", "Java.base", "a..b"})
  void namesThatCouldBeOptionsAreRefused(String module) {
    assertThatThrownBy(() ->
            new LaunchRequest(
                SandboxProfile.JAVA_SERVICE,
                LIMITS,
                List.of(module),
                "m/p.Main",
                List.of(),
                Optional.empty(),
                List.of(),
                List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(module);
  }

  @Test
  void bubblewrapTellsThePid() {
    assertThat(LaunchPlan.childPid("{\n    \"child-pid\": 42,\n \"x\": 1}")).hasValue(42);
    assertThat(LaunchPlan.childPid("")).isEmpty();
  }

  @Test
  void theLibrariesOfThisJdkAreTheCLibrarysAlone() throws IOException {
    List<Path> libraries = SystemLibraries.of(Path.of(System.getProperty("java.home")));

    assertThat(libraries.getLast()).isEqualTo(LOADER);
    assertThat(libraries)
        .extracting(path -> path.getFileName().toString())
        .contains("libc.so.6", "libm.so.6")
        .noneMatch(name -> name.startsWith("libX") || name.startsWith("libasound"));
    assertThat(SystemLibraries.needed(Path.of("/etc/passwd"))).isEmpty();
  }
}
