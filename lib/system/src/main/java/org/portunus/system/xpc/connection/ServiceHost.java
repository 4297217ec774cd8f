// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.ConnectionRefusal;
import org.portunus.system.xpc.XpcEvent;
import org.portunus.system.xpc.XpcEvents;

/**
 * A service's side: takes connection requests from its ports, has a session for each, counts
 * transactions, and ends when idle.
 *
 * <p>The lock {@code state} guards the sessions and whether it leaves and drains; nothing waits
 * under it.
 */
public final class ServiceHost {
  private static final int MAX_CONNECTIONS = 256;

  /**
   * A service and the port that clients ask for it on.
   *
   * @param port receive right
   */
  public record OfferedPort(PortName port, Offer<?> offer) {}

  private final KernelSocket kernel;
  private final Map<Integer, Offer<?>> offers = new HashMap<>();
  private final ConnectionLimits limits;
  private final XpcEvents events;
  private final ServiceTransports transports;
  private final SessionHost sessionHost;
  private final Transactions transactions = new Transactions();
  private final CompletableFuture<PortunusException> failure = new CompletableFuture<>();
  private final ReentrantLock state = new ReentrantLock();
  private final Map<Long, Session> sessions = new HashMap<>();
  private boolean leaving;
  private boolean draining;

  public ServiceHost(
      KernelSocket kernel, List<OfferedPort> ports, ConnectionLimits limits, XpcEvents events) {
    this(kernel, ports, limits, events, new KernelLinks(kernel));
  }

  /** The same with transports of another kind. */
  public ServiceHost(
      KernelSocket kernel,
      List<OfferedPort> ports,
      ConnectionLimits limits,
      XpcEvents events,
      ServiceTransports transports) {
    this.kernel = kernel;
    this.transports = transports;
    this.limits = limits;
    this.events = events;
    ports.forEach(port -> offers.put(port.port().number(), port.offer()));
    sessionHost =
        new SessionHost() {
          @Override
          public ErrorCode reasonOfEnd() {
            return kernel.hasEnded() ? ErrorCode.INSTANCE_ENDED : ErrorCode.INTERRUPTED;
          }

          @Override
          public void callOverdue(long connection, long call) {
            // The kernel ends services for their clients, never a client for its service.
          }

          @Override
          public void terminationImminent(Session session) {
            // A client that leaves only takes its objects with it.
          }

          @Override
          public XpcEvents events() {
            return events;
          }
        };
  }

  /** Starts to take connections. */
  public void start() {
    PortName set = kernel.allocate(RightKind.PORT_SET);
    offers.keySet().forEach(port -> kernel.moveMember(new PortName(port), set));
    start(set);
  }

  /**
   * Starts to take connections.
   *
   * @param set that all ports are in
   */
  public void start(PortName set) {
    kernel.onCallCancel(this::cancel);
    kernel.onTerminate(transactions::endByOrder);
    kernel.onReport(transactions);
    Thread.ofPlatform().daemon().name("xpc-requests").start(() -> takeRequests(set));
  }

  /** The calls in progress. */
  public Transactions transactions() {
    return transactions;
  }

  /** Completes when no connection can be taken any more, with the reason. */
  public CompletableFuture<PortunusException> failure() {
    return failure;
  }

  private void takeRequests(PortName set) {
    try {
      while (true) {
        try (MachMessage message = kernel.receive(set)) {
          take(message);
        }
      }
    } catch (KernelResultException e) {
      if (e.result() == KernReturn.RCV_TIMED_OUT && isLeaving()) {
        return;
      }
      failure.complete(
          new PortunusException(
              ErrorCode.INVALID, "the service's ports can't be received from: " + e.result(), e));
    } catch (PortunusException e) {
      failure.complete(e);
    }
  }

  /** Whatever is not a good request is dropped: any client can send to the port. */
  private void take(MachMessage message) {
    Offer<?> offer = offers.get(message.content().local());
    if (message.content().id() != HostMessage.CONNECTION_REQUEST
        || offer == null
        || message.descriptors().size() != 1
        || !message.content().ports().isEmpty()) {
      dropRights(message);
      return;
    }
    long connection;
    try {
      WireReader in = new WireReader(message.content().data());
      connection = in.i64("connection");
      in.end();
    } catch (MalformedFrameException e) {
      return;
    }
    events.happened(
        new XpcEvent.Accepted(connection, offer.type().name(), message.content().sender()));
    transactions.begin();
    try {
      open(connection, message.takeDescriptor(0), offer);
    } finally {
      transactions.end();
    }
  }

  private void dropRights(MachMessage message) {
    message.content().ports().forEach(kernel::giveUp);
    message.content().reply().ifPresent(kernel::giveUp);
  }

  private void open(long connection, Descriptor end, Offer<?> offer) {
    if (isFull(connection)) {
      ConnectionRefusal.send(
          end, ErrorCode.LIMIT_PEERS, "the service has " + MAX_CONNECTIONS + " connections");
      return;
    }
    Transport transport;
    try {
      transport = transports.make(connection, end);
    } catch (PortunusException refusal) {
      if (refusal.code() == ErrorCode.INSTANCE_ENDED) {
        throw refusal;
      }
      events.happened(
          new XpcEvent.Ended(connection, offer.type().name(), refusal.code(), refusal.detail()));
      return;
    }
    try {
      Session session =
          new Session(
              connection,
              transport,
              Handshake.service(offer, limits),
              sessionHost,
              new ExportTable(limits.maxExports()),
              transactions);
      // Until its last call has ended the kernel may ask for any of them.
      var _ =
          session
              .end()
              .thenAccept(reason -> {
                unlessEnded(() -> transports.closed(connection));
                session.whenCallsHaveEnded(() -> forget(connection, session));
              });
      session.start();
      remember(connection, session);
    } catch (OutOfMemoryError noThread) {
      transport.close();
      unlessEnded(() -> transports.closed(connection));
      events.happened(
          new XpcEvent.Ended(
              connection,
              offer.type().name(),
              ErrorCode.LIMIT_MEMORY,
              "no memory or thread for another connection"));
    }
  }

  private boolean isFull(long connection) {
    state.lock();
    try {
      return sessions.size() >= MAX_CONNECTIONS || sessions.containsKey(connection);
    } finally {
      state.unlock();
    }
  }

  private void remember(long connection, Session session) {
    boolean drains;
    state.lock();
    try {
      drains = draining;
      sessions.put(connection, session);
    } finally {
      state.unlock();
    }
    if (session.end().isDone()) {
      session.whenCallsHaveEnded(() -> forget(connection, session));
    }
    if (drains) {
      session.drain();
    }
  }

  private void forget(long connection, Session session) {
    state.lock();
    try {
      sessions.remove(connection, session);
    } finally {
      state.unlock();
    }
  }

  private void cancel(long connection, long call) {
    Optional<Session> session;
    state.lock();
    try {
      session = Optional.ofNullable(sessions.get(connection));
    } finally {
      state.unlock();
    }
    if (session.isPresent()) {
      session.get().cancel(call, () -> finished(connection, call));
    } else {
      finished(connection, call);
    }
  }

  private void finished(long connection, long call) {
    unlessEnded(() -> kernel.callFinished(connection, call));
  }

  private static void unlessEnded(Runnable telling) {
    try {
      telling.run();
    } catch (PortunusException e) {
      if (e.code() != ErrorCode.INSTANCE_ENDED) {
        throw e;
      }
      // The kernel's end is about to end this task.
    }
  }

  /**
   * Waits until there has been no transaction for this long, or the kernel asks this task to end,
   * then ends the service in good order: the kernel keeps further requests, clients hear that it
   * ends, their sends fail as not delivered, and what had been delivered is answered. When it
   * returns the process is to exit. A service that is idle meanwhile gives back memory.
   */
  public void awaitEndAndDrain(Duration idle) throws InterruptedException {
    transactions.awaitIdle(idle, System::gc);
    leave();
    kernel.taskIdle();
    drain();
    transactions.awaitNone();
  }

  /** From now on the kernel may end what waits for requests; that is no failure. */
  private void leave() {
    state.lock();
    try {
      leaving = true;
    } finally {
      state.unlock();
    }
  }

  private boolean isLeaving() {
    state.lock();
    try {
      return leaving;
    } finally {
      state.unlock();
    }
  }

  private void drain() {
    List<Session> open;
    state.lock();
    try {
      draining = true;
      open = List.copyOf(sessions.values());
    } finally {
      state.unlock();
    }
    open.forEach(Session::drain);
    open.forEach(session -> session.end().join());
  }
}
