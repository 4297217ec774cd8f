// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.Route;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/**
 * The port of one service. launchd always holds a send right to it, and the receive right while no
 * task does; both have the same name. Whatever happens to the task, the receive right comes back
 * with its queue.
 */
final class ServicePort {
  /** Most connection requests that wait for a job. */
  private static final int QUEUE = 64;

  private static final String KEPT = "service/";

  private final KernelSocket kernel;
  private final String service;
  private final PortName notifications;
  // Also for who looks it up, on another thread.
  private volatile PortName name;
  private boolean held = true;
  private Route route = Route.DIRECT;

  private ServicePort(KernelSocket kernel, String service, PortName name, PortName notifications) {
    this.kernel = kernel;
    this.service = service;
    this.name = name;
    this.notifications = notifications;
  }

  /**
   * The port that the launchd before had for it, else a new one.
   *
   * @param notifications port of this task that the receive right comes back to
   */
  static ServicePort make(
      KernelSocket kernel, HostPort host, String service, PortName notifications) {
    Optional<HostPort.Claimed> left = host.claim(KEPT + service);
    if (left.isPresent()) {
      ServicePort port = new ServicePort(kernel, service, left.get().port(), notifications);
      port.route = left.get().route();
      port.held = left.get().held();
      if (port.held) {
        port.arrangeReturn();
      }
      return port;
    }
    PortName name = kernel.allocate(RightKind.RECEIVE);
    kernel.insertRight(name, name, Disposition.MAKE_SEND);
    kernel.setQueueLimit(name, QUEUE);
    ServicePort port = new ServicePort(kernel, service, name, notifications);
    port.arrangeReturn();
    host.keep(KEPT + service, name);
    return port;
  }

  /**
   * Once: whoever is given the receive right, it comes back when it is given up. There is only one
   * such request for a port, and the launchd before may have made it, to the same port as this.
   */
  private void arrangeReturn() {
    try {
      Optional<PortName> previous =
          kernel.requestNotification(
              name,
              NotificationKind.PORT_DESTROYED,
              0,
              Optional.of(notifications.as(Disposition.MAKE_SEND_ONCE)));
      previous.filter(PortName::isValid).ifPresent(kernel::deallocate);
    } catch (KernelResultException refused) {
      if (refused.result() != KernReturn.FAILURE) {
        throw refused;
      }
    }
  }

  String service() {
    return service;
  }

  PortName name() {
    return name;
  }

  /** Whether launchd has the receive right. */
  boolean isHeld() {
    return held;
  }

  /** How its connections are carried. */
  Route route() {
    return route;
  }

  /**
   * Has its connections carried this way from now on.
   *
   * @return how many end for this
   */
  int setRoute(Route newRoute, HostPort host) {
    int ended = host.setRoute(name, newRoute);
    route = newRoute;
    return ended;
  }

  /** The right that a client gets. */
  PortDescriptor forClient() {
    return name.as(Disposition.COPY_SEND);
  }

  /** The right that the job's task gets; {@link #given} once it is on its way. */
  PortDescriptor forTask() {
    return name.as(Disposition.MOVE_RECEIVE);
  }

  void given() {
    held = false;
  }

  /** The receive right came back, by this name. */
  void returned(PortName as) {
    name = as;
    held = true;
    arrangeReturn();
  }

  static List<String> names(List<ServicePort> ports) {
    return ports.stream().map(ServicePort::service).toList();
  }
}
