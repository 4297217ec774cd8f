// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelExchange.Received;

/** The ways to ask the kernel for an operation that carries no descriptors there. */
record Questions(KernelExchange exchange) {
  /** How a reply is read, whose descriptors are then the result's. */
  interface Taking<T> {
    T read(WireReader in, List<Descriptor> descriptors) throws MalformedFrameException;
  }

  /** One whose reply says nothing. */
  void done(KernelOperation operation, WireWriter body) {
    ReplyReading.read(ask(operation, body), ReplyReading::nothing);
  }

  /** One whose reply has no descriptors. */
  WireReader ask(KernelOperation operation, WireWriter body) {
    return ReplyReading.checked(
        operation, withoutDescriptors(exchange.send(operation, body.toBytes(), List.of())));
  }

  /** One whose reply may have descriptors. */
  <T> T take(KernelOperation operation, WireWriter body, Taking<T> taking) {
    return taken(operation, exchange.send(operation, body.toBytes(), List.of()), taking);
  }

  /**
   * One whose reply nobody waits for: what the kernel answers changes nothing for the caller, since
   * the call or the task is gone.
   */
  void tell(KernelOperation operation, WireWriter body) {
    var _ =
        exchange.send(operation, body.toBytes(), List.of()).thenAccept(Received::closeDescriptors);
  }

  Received withoutDescriptors(CompletableFuture<Received> pending) {
    Received reply = exchange.await(pending);
    reply.closeDescriptors();
    return reply;
  }

  <T> T taken(KernelOperation operation, CompletableFuture<Received> pending, Taking<T> taking) {
    Received reply = exchange.await(pending);
    boolean taken = false;
    try {
      T result =
          ReplyReading.read(
              ReplyReading.checked(operation, reply), in -> taking.read(in, reply.descriptors()));
      taken = true;
      return result;
    } finally {
      if (!taken) {
        reply.closeDescriptors();
      }
    }
  }

  /** Whether the kernel answers within this time. */
  Liveness liveness(Duration patience) {
    try {
      CompletableFuture<Received> reply =
          exchange.send(
              KernelOperation.PORT_TYPE,
              new WireWriter().i32(PortName.NULL.number()).toBytes(),
              List.of());
      return exchange.await(reply, patience).isPresent() ? Liveness.ALIVE : Liveness.SILENT;
    } catch (PortunusException e) {
      return e.code() == ErrorCode.INSTANCE_ENDED ? Liveness.ENDED : Liveness.SILENT;
    }
  }
}
