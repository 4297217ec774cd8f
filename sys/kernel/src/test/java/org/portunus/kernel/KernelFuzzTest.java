// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus of the fuzzer, by kernels as they are and with a bug. */
class KernelFuzzTest {
  private static final String CORPUS = "src/fuzz/kernel";

  @TempDir Path folder;

  @Test
  void theCorpusFindsNothing() throws Exception {
    assertThat(SeededBuild.unchanged(folder).run(KernelFuzz.class, CORPUS)).contains("PASSED");
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        Arguments.of(
            "an exception in a decoder",
            "entry/PortOperations.java",
            "int limit = in.i32(\"limit\");",
            "int limit = 1 / in.i32(\"limit\") + java.util.List.of(1).get(1);"),
        Arguments.of(
            "a timer of a send that ended",
            "entry/MessageOperations.java",
            "timer[0] = loop.after(message.timeoutNanos(), () -> session.guard(blocked.get()::timeOut));",
            "loop.after(message.timeoutNanos(), () -> session.guard(blocked.get()::timeOut));"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  @Execution(ExecutionMode.CONCURRENT)
  void findsTheBug(String bug, String source, String check, String instead) throws Exception {
    String said = SeededBuild.of(folder, source, check, instead).run(KernelFuzz.class, CORPUS);
    assertThat(said).as("%s", bug).contains("FAILED");
  }
}
