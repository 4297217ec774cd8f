// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.nio.charset.StandardCharsets;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.id.TaskId;

/**
 * From the kernel to the broker, with one descriptor, unlike everything else on their channel: a
 * crash report to keep. Not answered.
 *
 * @param name of the report
 */
public record CrashDelivery(String name) {
  /** Of this task. */
  public static CrashDelivery of(TaskId task) {
    return new CrashDelivery(CrashReport.name(task));
  }

  public byte[] toBytes() {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  static CrashDelivery read(byte[] bytes) {
    return new CrashDelivery(new String(bytes, StandardCharsets.US_ASCII));
  }
}
