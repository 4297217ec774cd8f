// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

/** The session ended before the peer could have got the whole request: it may be sent again. */
final class UndeliveredException extends Exception {
  private static final long serialVersionUID = 1L;

  UndeliveredException(String why) {
    super(why);
  }
}
