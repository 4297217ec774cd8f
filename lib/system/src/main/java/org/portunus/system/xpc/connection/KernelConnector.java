// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.LinkGrant;
import org.portunus.system.port.Liveness;
import org.portunus.system.port.PortName;
import org.portunus.system.port.SendRights;

/**
 * Connections that the kernel makes: looks the service's name up once, and again when the right it
 * got is dead.
 *
 * <p>The lock {@code state} guards the right; it is held while the kernel is asked.
 */
public final class KernelConnector implements Connector {
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final KernelSocket kernel;
  private final Bootstrap bootstrap;
  private final String service;
  private final Optional<PeerRequirement> requirement;
  private final Optional<Supplier<PortName>> given;
  private final ReentrantLock state = new ReentrantLock();
  private Optional<PortName> right = Optional.empty();
  private final KernelLinks links;
  private final Map<Long, PortName> linkRights = new ConcurrentHashMap<>();

  /**
   * @param requirement what the service has to be, each time
   */
  public KernelConnector(
      KernelSocket kernel, String service, Optional<PeerRequirement> requirement) {
    this(kernel, service, requirement, Optional.empty());
  }

  /** Connections by a right that the caller has, and keeps. */
  public static KernelConnector by(KernelSocket kernel, String service, Supplier<PortName> right) {
    return new KernelConnector(kernel, service, Optional.empty(), Optional.of(right));
  }

  private KernelConnector(
      KernelSocket kernel,
      String service,
      Optional<PeerRequirement> requirement,
      Optional<Supplier<PortName>> given) {
    this.given = given;
    this.requirement = requirement;
    this.kernel = kernel;
    this.links = new KernelLinks(kernel);
    this.bootstrap = new Bootstrap(kernel);
    this.service = service;
  }

  @Override
  public Connected connect() {
    state.lock();
    try {
      ConnectionEnd end = right.isPresent() ? connectAgain(right.get()) : connectAnew();
      return new Connected(end.id(), transport(end));
    } finally {
      state.unlock();
    }
  }

  private Transport transport(ConnectionEnd end) {
    end.link().flatMap(LinkGrant::right).ifPresent(name -> linkRights.put(end.id(), name));
    boolean made = false;
    try {
      Transport transport = links.ofClient(end.id(), end.socket(), end.link());
      made = true;
      return transport;
    } finally {
      if (!made) {
        closed(end.id());
      }
    }
  }

  private ConnectionEnd connectAgain(PortName known) {
    try {
      return kernel.connect(known, requirement);
    } catch (KernelResultException dead) {
      right = Optional.empty();
      kernel.deallocate(known);
      return connectAnew();
    }
  }

  private ConnectionEnd connectAnew() {
    PortName found = given.isPresent() ? another(given.get().get()) : bootstrap.lookUp(service);
    try {
      ConnectionEnd end = kernel.connect(found, requirement);
      right = Optional.of(found);
      return end;
    } catch (PortunusException refusal) {
      unlessEnded(() -> kernel.deallocate(found));
      throw refusal;
    } catch (KernelResultException e) {
      kernel.deallocate(found);
      throw refusal(e);
    }
  }

  private PortunusException refusal(KernelResultException e) {
    return new PortunusException(
        e.result() == KernReturn.SEND_EXPIRED ? ErrorCode.RIGHT_EXPIRED : ErrorCode.INVALID,
        "the kernel makes no connection to %s: %s".formatted(service, e.result()),
        e);
  }

  /** Another reference to a right; SendRights says why there is none. */
  private PortName another(PortName name) {
    try {
      var _ = new SendRights(kernel).powers(name);
      kernel.modRefs(name, RightKind.SEND, 1);
      return name;
    } catch (KernelResultException dead) {
      throw refusal(dead);
    }
  }

  /**
   * A round trip to the kernel tells at once that it lives; if it does not answer, it may be about
   * to end, and what ended the service ended it too.
   */
  @Override
  public ErrorCode reasonOfEnd() {
    return kernel.liveness(PATIENCE) == Liveness.ENDED
        ? ErrorCode.INSTANCE_ENDED
        : ErrorCode.INTERRUPTED;
  }

  @Override
  public Optional<String> howPeerEnded() {
    return bootstrap.lastEnd(service);
  }

  @Override
  public void callOverdue(long connection, long call) {
    unlessEnded(() -> kernel.callOverdue(connection, call));
  }

  @Override
  public void callInterrupted(long connection, long call, int method) {
    unlessEnded(() -> kernel.callInterrupted(connection, call, method));
  }

  @Override
  public void closed(long connection) {
    kernel.forgetLink(connection);
    PortName linkRight = linkRights.remove(connection);
    unlessEnded(() -> {
      if (linkRight != null) {
        kernel.deallocateLater(linkRight);
      }
      kernel.connectionClosed(connection);
    });
  }

  /** Gives the send right of the service back, on a thread of its own: the kernel is asked. */
  @Override
  public void linkEnded() {
    if (!kernel.hasEnded()) {
      Thread.ofPlatform().daemon().name("xpc-close-" + service).start(this::giveUpRight);
    }
  }

  private void giveUpRight() {
    state.lock();
    try {
      right.ifPresent(known -> unlessEnded(() -> kernel.deallocate(known)));
      right = Optional.empty();
    } finally {
      state.unlock();
    }
  }

  /** With the kernel everything ends that it could be told of. */
  private static void unlessEnded(Runnable telling) {
    try {
      telling.run();
    } catch (PortunusException e) {
      if (e.code() != ErrorCode.INSTANCE_ENDED) {
        throw e;
      }
    }
  }
}
