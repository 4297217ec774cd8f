// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import org.portunus.abi.error.ErrorCode;
import org.portunus.system.xpc.XpcEvent;
import org.portunus.system.xpc.XpcEvents;

/** Writes what goes wrong on a service's connections to its standard error, so to the log. */
final class ServiceEvents implements XpcEvents {
  @Override
  public void happened(XpcEvent event) {
    // No pattern switch: to link one costs the first reply a millisecond.
    if (event instanceof XpcEvent.Ended ended && ended.code() == ErrorCode.PROTOCOL) {
      System.err.printf(
          "xpc.refused connection=%d code=%s why=%s%n",
          ended.connection(), ended.code().dotted(), ended.detail());
    } else if (event instanceof XpcEvent.CallFailed failed) {
      System.err.printf(
          "xpc.call-failed connection=%d call=%d method=%d code=%s why=%s%n",
          failed.connection(),
          failed.call(),
          failed.method(),
          failed.code().dotted(),
          failed.detail());
    }
  }
}
