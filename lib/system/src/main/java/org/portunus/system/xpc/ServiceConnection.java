// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.time.Duration;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.wire.Peer;

/**
 * A client's connection to a service. It lasts: when the service dies, calls in flight end with
 * INTERRUPTED, and the next call starts the service again. It makes no connection before the first
 * call.
 *
 * <p>Safe for use by several threads; it has no lock of its own, {@link ServiceLink} has.
 */
public final class ServiceConnection<T> implements AutoCloseable {
  private final ServiceType<T> type;
  private final ServiceLink link;

  ServiceConnection(ServiceType<T> type, ServiceLink link) {
    this.type = type;
    this.link = link;
  }

  /**
   * An object whose calls go to the service and take as long as they take. They throw {@link
   * PortunusException}:
   *
   * <ul>
   *   <li>INTERRUPTED: the service died; whether the call took effect is unknown
   *   <li>INVALID: this connection was closed
   *   <li>INSTANCE_ENDED: the instance is gone
   *   <li>NAME_UNKNOWN, LAUNCH_FAILED, THROTTLED, INTERFACE_MISMATCH, VERSION: there was no service
   *   <li>PEER_REQUIREMENT: the service is not who this end requires, or the other way round
   *   <li>CANCELLED: the calling thread was interrupted, and still is
   *   <li>LIMIT_MESSAGE, LIMIT_CALLS, LIMIT_EXPORTS, LIMIT_DESCRIPTORS: too much at once
   *   <li>SERVICE_FAULT, LIMIT_MEMORY, LIMIT_DEPTH, UNKNOWN_METHOD, UNKNOWN_VALUE, DECODE: what the
   *       service answered
   * </ul>
   */
  public T proxy() {
    return type.proxy(new ServicePeer(link, CallTime.UNLIMITED), Peer.ROOT);
  }

  /**
   * The same with a time for each call, its connecting and the service's start included. A call
   * that takes longer ends with DEADLINE at once; the service is asked to cancel it, and ended if
   * it does not in time.
   */
  public T proxy(Duration deadline) {
    return type.proxy(new ServicePeer(link, CallTime.of(deadline)), Peer.ROOT);
  }

  /** Called each time the service's end was gone while this connection was open. */
  public void onInterruption(Runnable handler) {
    link.onInterruption(handler);
  }

  /**
   * Called each time when the service says that its process is about to end: it was idle, or is
   * stopped. It still answers the calls in flight; a call from now on starts it again. Objects that
   * it passed by reference are gone with it: their calls get TERMINATION_IMMINENT, later INVALID.
   */
  public void onTerminationImminent(Runnable handler) {
    link.onTerminationImminent(handler);
  }

  /** Called once, when this connection has ended for good. */
  public void onInvalidation(Consumer<PortunusException> handler) {
    link.onInvalidation(handler);
  }

  /** Ends the connection: calls in flight and later ones get INVALID. */
  @Override
  public void close() {
    link.end(ErrorCode.INVALID, "this side closed the connection to " + type.name());
  }
}
