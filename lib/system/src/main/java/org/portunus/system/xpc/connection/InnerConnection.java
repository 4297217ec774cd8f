// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.wire.Peer;

/** A client and a service of one process that speak over memory: for rehearsals. */
public final class InnerConnection {
  private static final long PATIENCE_SECONDS = 10;
  private static final SessionHost NOBODY =
      new SessionHost() {
        @Override
        public ErrorCode reasonOfEnd() {
          return ErrorCode.INTERRUPTED;
        }

        @Override
        public void callOverdue(long connection, long call) {
          // Calls of a rehearsal have no deadline.
        }

        @Override
        public XpcEvents events() {
          return XpcEvents.NONE;
        }
      };

  private InnerConnection() {}

  /**
   * Makes calls over a fresh connection. When it returns, both ends and their threads are done.
   *
   * @param calls is given the client's proxy
   */
  public static <T> void with(Offer<T> offer, ConnectionLimits limits, Consumer<Object> calls)
      throws InterruptedException {
    MemoryTransport.Pair ends = MemoryTransport.pair();
    Transactions transactions = new Transactions();
    Session service =
        new Session(
            1,
            ends.first(),
            Handshake.service(name -> Optional.of(offer), limits),
            NOBODY,
            new ExportTable(limits.maxExports()),
            transactions);
    service.start();
    Link link = new Link(ends.second());
    ServiceType<T> type = offer.type();
    ServiceLink client = new ServiceLink(type, link, limits, XpcEvents.NONE);
    try {
      calls.accept(type.proxy(new ServicePeer(client, CallTime.UNLIMITED), Peer.ROOT));
    } finally {
      client.end(ErrorCode.INVALID, "the rehearsal is over");
      await(service.end());
      await(link.closed);
    }
    transactions.awaitNone();
  }

  private static void await(CompletableFuture<?> end) throws InterruptedException {
    try {
      var _ = end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException stuck) {
      throw new IllegalStateException("a rehearsed connection does not end", stuck);
    }
  }

  /** Gives out the one transport. */
  private static final class Link implements Connector {
    private final Transport transport;
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    Link(Transport transport) {
      this.transport = transport;
    }

    @Override
    public Connected connect() {
      return new Connected(1, transport);
    }

    @Override
    public ErrorCode reasonOfEnd() {
      return ErrorCode.INTERRUPTED;
    }

    @Override
    public void callOverdue(long connection, long call) {
      // Calls of a rehearsal have no deadline.
    }

    @Override
    public void closed(long connection) {
      closed.complete(true);
    }

    @Override
    public void linkEnded() {
      // The connection's end says it.
    }
  }
}
