// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;
import org.jspecify.annotations.Nullable;

/**
 * A call of the peer, from when its handler begins to when its result is there.
 *
 * <p>As with {@link CallEvent}, none is made where nothing was ever recorded. A thousand a second
 * are kept, of all calls alike: all of them would fill a recording in seconds, which then loses its
 * chunks whole.
 */
@Name("org.portunus.HandledCall")
@Label("XPC call handled")
@Category("Portunus")
@StackTrace(false)
@Throttle("1000/s")
final class HandledCallEvent extends Event {
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

  void handled(Session session, IncomingCall handled, @Nullable ErrorBody error) {
    end();
    if (shouldCommit()) {
      connection = session.connection();
      service = session.service();
      call = handled.number();
      method = handled.method();
      outcome = error == null ? "reply" : error.code().dotted();
      commit();
    }
  }
}
