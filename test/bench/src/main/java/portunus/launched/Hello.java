// SPDX-License-Identifier: Apache-2.0
package portunus.launched;

import org.portunus.linux.process.ThisProcess;

/**
 * What a start is compared with: makes the system library's native handle, calls by it, says so.
 */
public final class Hello {
  private Hello() {}

  public static void main(String[] arguments) {
    System.out.println("hello from " + ThisProcess.pid());
  }
}
