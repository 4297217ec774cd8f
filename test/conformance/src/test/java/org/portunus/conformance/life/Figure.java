// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

/** What a test measured, or the seed it ran with: a line in the log of the tests. */
final class Figure {
  private Figure() {}

  static void print(String what, String value) {
    System.out.println(what + ": " + value);
  }
}
