// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.process.Signal;
import org.portunus.linux.seccomp.Action;
import org.portunus.linux.seccomp.CallData;

/**
 * Each filter in real processes: a C program installs the same bytes and makes each call in a child
 * of its own. Numbers 0 to 1023 in three ABIs, and both sides of each condition.
 */
final class FilterProbeTest {
  private static final Path COMPILER = Path.of("/usr/bin/gcc");
  private static final int ILLEGAL_INSTRUCTION = 4;
  // Linux 6.14 and later don't show these to filters: without a probe they fail.
  private static final Set<Integer> PASSED_THROUGH =
      Set.of(Call.URETPROBE.number(), Call.UPROBE.number());

  @TempDir static Path folder;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(COMPILER), "no gcc: the probe can't be compiled");
    Path source = folder.resolve("probe.c");
    try (InputStream text = FilterProbeTest.class.getResourceAsStream("probe.c")) {
      Files.copy(text, source);
    }
    Process gcc =
        new ProcessBuilder(COMPILER.toString(), "-O1", "-o", "probe", "probe.c")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(gcc.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(gcc.exitValue()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(240)
  void theKernelAnswersAsTheProgram(TaskFilter filter) throws IOException, InterruptedException {
    List<CallData> calls = new ArrayList<>();
    calls.addAll(CallSamples.numbers(CallSamples.X86_64, 0));
    calls.addAll(CallSamples.numbers(CallSamples.X86_64, CallSamples.X32));
    calls.addAll(CallSamples.numbers(CallSamples.I386, 0));
    calls.addAll(CallSamples.conditional());

    List<String> results = results(filter, calls);

    assertThat(results).hasSameSizeAs(calls);
    for (int i = 0; i < calls.size(); i++) {
      CallData call = calls.get(i);
      Action action = filter.program().evaluate(call);
      if (action.equals(Action.KILL)) {
        assertThat(results.get(i)).as("%s", call).isEqualTo("signal " + Signal.BAD_SYSTEM_CALL);
      } else if (action.equals(Action.ALLOW)) {
        assertThat(results.get(i))
            .as("%s", call)
            .isNotEqualTo("signal " + Signal.BAD_SYSTEM_CALL)
            .isNotEqualTo("errno " + Errno.EPERM.number());
      } else {
        List<String> expected = new ArrayList<>();
        expected.add("errno " + Errno.valueOf(action.toString()).number());
        if (PASSED_THROUGH.contains(call.number())) {
          expected.add("signal " + ILLEGAL_INSTRUCTION);
          expected.add("errno " + Errno.ENXIO.number());
        }
        assertThat(results.get(i)).as("%s", call).isIn(expected);
      }
    }
  }

  private static List<String> results(TaskFilter filter, List<CallData> calls)
      throws IOException, InterruptedException {
    Path program = Files.write(folder.resolve(filter.name()), filter.program().toBytes());
    Path input = folder.resolve(filter + ".in");
    Path output = folder.resolve(filter + ".out");
    Files.write(input, calls.stream().map(FilterProbeTest::line).toList());
    Process probe =
        new ProcessBuilder(folder.resolve("probe").toString(), program.toString())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(probe.waitFor(200, TimeUnit.SECONDS)).isTrue();
      assertThat(probe.exitValue()).isZero();
    } finally {
      probe.destroyForcibly();
    }
    try (Stream<String> lines = Files.lines(output)) {
      return lines.toList();
    }
  }

  private static String line(CallData call) {
    char abi = call.architecture() == CallSamples.I386 ? 'i' : 'n';
    return abi + " " + call.number() + " " + call.a() + " " + call.b() + " " + call.c();
  }
}
