// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call of a peer that was refused or failed, or a peer that broke the protocol. */
@Name("org.portunus.Refusal")
@Label("XPC refusal")
@Category("Portunus")
@StackTrace(false)
final class RefusalEvent extends Event {
  @Label("Connection")
  long connection;

  @Label("Service")
  String service = "";

  @Label("Call")
  long call;

  @Label("Error")
  String error = "";

  @Label("Detail")
  String detail = "";

  void of(long ofConnection, String ofService, long ofCall, ErrorBody why) {
    if (shouldCommit()) {
      connection = ofConnection;
      service = ofService;
      call = ofCall;
      error = why.code().dotted();
      detail = why.detail();
      commit();
    }
  }
}
