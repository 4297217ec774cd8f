// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.KernelConnector;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.TracedEvents;

/**
 * A running instance of the system, as this program is part of it. Open services here.
 *
 * <p>The lock {@code state} guards the list of open connections.
 */
public final class Instance implements AutoCloseable {
  private static final String KERNEL_ENDED = "the kernel task of the instance ended";

  private final KernelSocket kernel;
  private final XpcEvents events;
  private final ReentrantLock state = new ReentrantLock();
  private final List<ServiceLink> links = new ArrayList<>();

  private Instance(KernelSocket kernel, XpcEvents events) {
    this.kernel = kernel;
    this.events = events;
    kernel.onEnd(() -> endAll(ErrorCode.INSTANCE_ENDED, "the kernel task of the instance ended"));
  }

  /**
   * Joins a running instance from outside.
   *
   * @param runSocket the instance's socket, {@code socket} in its run folder
   * @throws org.portunus.abi.error.PortunusException INSTANCE_ENDED, DENIED, LIMIT_PEERS, VERSION
   */
  public static Instance connect(Path runSocket) {
    return connect(runSocket, XpcEvents.NONE);
  }

  /** The same, with a listener. */
  public static Instance connect(Path runSocket, XpcEvents events) {
    return over(KernelSocket.connect(runSocket), TracedEvents.of(events));
  }

  /** The instance that started this process as a task. */
  public static Instance ofTask() {
    return over(KernelSocket.ofTask(), TracedEvents.of(XpcEvents.NONE));
  }

  /** The instance at the other end of a kernel socket. */
  public static Instance over(KernelSocket kernel, XpcEvents events) {
    return new Instance(kernel, events);
  }

  public InstanceId id() {
    return kernel.greeting().instance();
  }

  /** Who this program is in the instance. */
  public TaskId task() {
    return kernel.greeting().task();
  }

  /** A connection to the service that has the interface's name. Nothing happens yet. */
  public <T> ServiceConnection<T> open(ServiceType<T> type) {
    return open(type, type.name());
  }

  /**
   * A connection to a service with another name.
   *
   * @param service what is looked up
   */
  public <T> ServiceConnection<T> open(ServiceType<T> type, String service) {
    return open(type, service, Optional.empty());
  }

  /**
   * A connection that is made only to a task that meets the requirement, which the kernel checks
   * each time that it makes one: calls get PEER_REQUIREMENT, with what was found, else.
   *
   * @param service what is looked up
   */
  public <T> ServiceConnection<T> open(
      ServiceType<T> type, String service, PeerRequirement requirement) {
    return open(type, service, Optional.of(requirement));
  }

  /**
   * A connection to the service whose port this right is to. Nothing is looked up: one for some
   * methods, or for a time, calls no more than that, with RIGHT_DIMINISHED and RIGHT_EXPIRED else.
   *
   * @param right to send, of this program; stays the caller's, open as long as the connection
   */
  public <T> ServiceConnection<T> open(ServiceType<T> type, PortRight right) {
    return open(type, KernelConnector.by(kernel, type.name(), right::name));
  }

  private <T> ServiceConnection<T> open(
      ServiceType<T> type, String service, Optional<PeerRequirement> requirement) {
    return open(type, new KernelConnector(kernel, service, requirement));
  }

  private <T> ServiceConnection<T> open(ServiceType<T> type, KernelConnector connector) {
    ServiceLink link =
        new ServiceLink(type, connector, ConnectionLimits.in(kernel.greeting()), events);
    state.lock();
    try {
      links.removeIf(ServiceLink::hasEnded);
      links.add(link);
    } finally {
      state.unlock();
    }
    if (kernel.hasEnded()) {
      endAll(ErrorCode.INSTANCE_ENDED, KERNEL_ENDED);
    }
    return new ServiceConnection<>(type, link);
  }

  private void endAll(ErrorCode code, String detail) {
    List<ServiceLink> open;
    state.lock();
    try {
      open = List.copyOf(links);
      links.clear();
    } finally {
      state.unlock();
    }
    open.forEach(link -> link.end(code, detail));
  }

  /** Leaves the instance: every connection ends with INVALID. */
  @Override
  public void close() {
    endAll(ErrorCode.INVALID, "this program left the instance");
    kernel.close();
  }
}
