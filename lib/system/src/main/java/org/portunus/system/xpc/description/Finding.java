// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

/**
 * A difference between a client's and a service's interface.
 *
 * @param path where, such as {@code inspect.options.pages[]}
 * @param text what differs, naming both sides as the comparison was told
 * @param owner the side that alone has it, empty for another difference
 */
public record Finding(String path, String text, String owner, Effect effect) {
  @Override
  public String toString() {
    return path + ": " + text;
  }
}
