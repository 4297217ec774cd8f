// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.XpcEvents;

/** A service for one connection that is there already, without a port of the kernel. */
public final class SingleService {
  private SingleService() {}

  /**
   * Serves until the connection ends, which completes the result with the reason.
   *
   * @param transport becomes the service's
   */
  public static CompletableFuture<PortunusException> serve(
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
            Handshake.service(
                name -> name.equals(offer.type().name()) ? Optional.of(offer) : Optional.empty(),
                limits),
            host,
            new ExportTable(limits.maxExports()),
            new Transactions());
    session.start();
    return session.end().thenApply(ErrorBody::toException);
  }
}
