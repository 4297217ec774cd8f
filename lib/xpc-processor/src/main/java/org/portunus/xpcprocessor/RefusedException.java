// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

/** A type or a declaration that the rules do not allow; the message names its path and the rule. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedException(String path, String reason) {
    super(path + ": " + reason);
  }
}
