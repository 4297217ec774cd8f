// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.abi.error.ErrorCode;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;

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
              Handshake.service(new Offer<>(new Nothing(), () -> {}), limits),
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

  /** What is never offered to anybody. */
  private record Nothing() implements ServiceType<Runnable> {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public Class<Runnable> interfaceClass() {
      return Runnable.class;
    }

    @Override
    public byte[] digest() {
      return new byte[0];
    }

    @Override
    public Runnable proxy(Peer peer, int object) {
      throw new IllegalStateException("there is no connection");
    }

    @Override
    public Dispatcher dispatcher(Runnable implementation) {
      throw new IllegalStateException("there is no connection");
    }
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
