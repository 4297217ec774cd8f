// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.xpc.XpcEvents;

/** Calls of a session that was never started: what its peer adopts is not looked at. */
final class Calls {
  private static final SessionPeer PEER;

  static {
    ConnectionLimits limits =
        ConnectionLimits.standard(ConnectionLimits.FileRightTravel.DESCRIPTOR);
    try {
      Session session =
          new Session(
              1,
              SocketTransport.of(UnixSocket.pair().first()),
              Handshake.service(name -> Optional.empty(), limits),
              new Silent(),
              new ExportTable(limits.maxExports()),
              new Transactions());
      PEER = session.ownPeer();
    } catch (LinuxException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private Calls() {}

  /** One that nobody has answered. */
  static PendingCall pending() {
    return new PendingCall(new CallTable(), PEER);
  }

  private static final class Silent implements SessionHost {
    @Override
    public ErrorCode reasonOfEnd() {
      return ErrorCode.INTERRUPTED;
    }

    @Override
    public void callOverdue(long connection, long call) {}

    @Override
    public void terminationImminent(Session session) {}

    @Override
    public XpcEvents events() {
      return XpcEvents.NONE;
    }
  }
}
