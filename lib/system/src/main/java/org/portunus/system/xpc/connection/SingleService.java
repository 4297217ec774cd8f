// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.concurrent.CompletableFuture;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.XpcEvents;

/** A service for one connection that is there already, without a port of the kernel. */
public final class SingleService {
  private SingleService() {}

  /** What is being served. */
  public static final class Serving {
    private final Session session;

    private Serving(Session session) {
      this.session = session;
    }

    /** Completes with the reason when the connection has ended. */
    public CompletableFuture<PortunusException> end() {
      return session.end().thenApply(ErrorBody::toException);
    }

    /** Takes no more calls, answers those it has, and ends. */
    public void drain() {
      session.drain();
    }
  }

  /**
   * Serves until the connection ends, which completes the result with the reason.
   *
   * @param transport becomes the service's
   */
  public static CompletableFuture<PortunusException> serve(
      Offer<?> offer, Transport transport, ConnectionLimits limits, XpcEvents events) {
    return open(offer, transport, limits, events).end();
  }

  /** The same, for who wants to end it by itself. */
  public static Serving open(
      Offer<?> offer, Transport transport, ConnectionLimits limits, XpcEvents events) {
    SessionHost host =
        new SessionHost() {
          @Override
          public ErrorCode reasonOfEnd() {
            return ErrorCode.INTERRUPTED;
          }

          @Override
          public void callOverdue(long connection, long call) {
            // Nobody else could end the client.
          }

          @Override
          public void terminationImminent(Session session) {
            // The client's side tells when its objects take no more calls.
          }

          @Override
          public XpcEvents events() {
            return events;
          }
        };
    Session session =
        new Session(
            0,
            transport,
            Handshake.service(offer, limits),
            host,
            new ExportTable(limits.maxExports()),
            new Transactions());
    session.start();
    return new Serving(session);
  }
}
