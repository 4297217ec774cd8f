// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.suite;

import org.portunus.conformance.report.SuiteRow;
import org.portunus.tool.instance.PrivateInstance;

/**
 * One row of a suite that needs tasks of an instance.
 *
 * @param id suite and number, such as {@code mach-12}
 * @param title what is done
 * @param check does it, and throws if the outcome is not the expected one
 */
public record Row(String id, String title, Setting setting, Check check) {
  /** A row's test. */
  @FunctionalInterface
  public interface Check {
    /**
     * @throws AssertionError with what was expected and what came
     * @throws Exception if the row could not be carried out, which fails it too
     */
    void run(TaskSource tasks) throws Exception;
  }

  /** Checks it with new tasks of this instance. */
  public SuiteRow checked(PrivateInstance instance) {
    try (TaskSource tasks = new TaskSource(instance)) {
      check.run(tasks);
      return new SuiteRow(id, title, setting.toString(), SuiteRow.Result.PASS, tasks.figures());
    } catch (AssertionError | Exception failure) {
      return new SuiteRow(id, title, setting.toString(), SuiteRow.Result.FAIL, failure.toString());
    }
  }

  /**
   * Fails the row unless both are equal.
   *
   * @param what is compared
   */
  public static void same(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": expected " + expected + ", got " + actual);
    }
  }
}
