// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;

/**
 * A call to a peer, from its first frame to its answer.
 *
 * <p>To load this class starts the flight recorder, which is a good part of the start of a service:
 * none is made where nothing was ever recorded.
 */
@Name("org.portunus.Call")
@Label("XPC call")
@Category("Portunus")
@StackTrace(false)
@Throttle("1000/s")
final class CallEvent extends Event {
  @Label("Connection")
  long connection;

  @Label("Service")
  String service = "";

  @Label("Call")
  long call;

  @Label("Method")
  int method;

  @Label("Outcome")
  String outcome = "";
}
