// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.kernel.SeededBuild;

/**
 * Kernels with one check of task ports or limits taken out: for each a test of {@link
 * TaskPortsTest} must fail, which succeeds with the check. Each runs in a process of its own.
 */
@Tag("slow")
class SeededTaskPortsTest {
  @TempDir Path folder;

  static Stream<Arguments> bugs() {
    String messages = "task/TaskMessages.java";
    return Stream.of(
        Arguments.of(
            "any flavor does anything",
            messages,
            "!request.flavor.includes(needed.get())",
            "!TaskFlavor.CONTROL.includes(needed.get())",
            "aWeakFlavorDoesNoMoreThanItMay"),
        Arguments.of(
            "a weak port gives a strong one",
            messages,
            "request.flavor == TaskFlavor.CONTROL\n",
            "request.flavor != TaskFlavor.NAME\n",
            "noStrongerPortComesFromAWeakOne"),
        Arguments.of(
            "ports outlive their task",
            "object/TaskPorts.java",
            "port.destroyKernelPort();",
            "port.hashCode();",
            "namesOfATasksPortsDieWithIt"),
        Arguments.of(
            "an exception comes from its task",
            "object/ExceptionPorts.java",
            "ipc.kernelToken()",
            "task.token()",
            "anExceptionComesFromTheKernelAndNamesItsTask"),
        Arguments.of(
            "a limit is told each time",
            "object/ResourceNotices.java",
            "told |= bit(kind);",
            "",
            "aFullTableIsToldOnceUntilThereIsRoom"),
        Arguments.of(
            "a limit is told once for ever",
            "object/ResourceNotices.java",
            "told &= ~bit(kind);",
            "",
            "aFullTableIsToldOnceUntilThereIsRoom"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  @Execution(ExecutionMode.CONCURRENT)
  void isFound(String bug, String source, String check, String instead, String test)
      throws Exception {
    String said = SeededBuild.of(folder, source, check, instead).run(getClass(), test);
    assertThat(said).as("%s, with the bug", bug).contains("FAILED");
  }

  /** Runs one test of {@link TaskPortsTest}. */
  public static void main(String[] arguments) throws Exception {
    Method test = TaskPortsTest.class.getDeclaredMethod(arguments[0]);
    test.setAccessible(true);
    TaskPortsTest instance = new TaskPortsTest();
    int status = 0;
    try {
      test.invoke(instance);
      System.out.println("PASSED");
    } catch (InvocationTargetException failure) {
      System.out.println("FAILED: " + failure.getCause());
      status = 1;
    }
    // The loop's threads may be at anything by now.
    Runtime.getRuntime().halt(status);
  }
}
