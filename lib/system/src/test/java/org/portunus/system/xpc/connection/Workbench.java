// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.kernel.link.LinkMaker;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvent;
import org.portunus.system.xpc.XpcEvents;

/**
 * A client link whose connector makes real socketpairs, and gives each service end to whoever the
 * test says.
 */
final class Workbench implements Connector, AutoCloseable {
  /** What carries the frames. */
  enum Medium {
    SOCKET,
    LINK
  }

  static final Duration PATIENCE = Duration.ofSeconds(20);

  record Overdue(long connection, long call) {}

  final WorkshopService service = new WorkshopService();
  final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
  final BlockingQueue<Overdue> overdue = new LinkedBlockingQueue<>();
  final BlockingQueue<Long> closed = new LinkedBlockingQueue<>();
  final AtomicInteger linkEnds = new AtomicInteger();
  final List<XpcEvent> events = new CopyOnWriteArrayList<>();
  final Transactions transactions = new Transactions();
  final ServiceLink link;
  volatile ErrorCode reasonOfEnd = ErrorCode.INTERRUPTED;
  volatile Consumer<Descriptor> acceptor = this::serve;
  volatile ConnectionLimits serviceLimits;
  volatile ServiceType<Workshop> serviceType = Workshop.TYPE;
  private final Medium medium;
  private volatile Optional<LinkEnd> serviceEnd = Optional.empty();
  private volatile Optional<RightExchange> serviceRights = Optional.empty();
  private volatile long connections;

  Workbench() {
    this(Medium.SOCKET);
  }

  Workbench(Medium medium) {
    this(ConnectionLimits.standard(ConnectionLimits.FileRightTravel.DESCRIPTOR), medium);
  }

  Workbench(ConnectionLimits limits) {
    this(limits, Medium.SOCKET);
  }

  Workbench(ConnectionLimits limits, Medium medium) {
    this.medium = medium;
    serviceLimits = limits;
    link = new ServiceLink(Workshop.TYPE, this, limits, events::add);
  }

  Workshop.Proxy proxy() {
    return new Workshop.Proxy(new ServicePeer(link, CallTime.of(PATIENCE)), 0);
  }

  Workshop.Proxy proxy(Duration time) {
    return new Workshop.Proxy(new ServicePeer(link, CallTime.of(time)), 0);
  }

  /** Whether something stands in the ring to the last service, unread. */
  boolean serviceHasUnread() {
    return serviceEnd.orElseThrow().hasRecord();
  }

  long connections() {
    return connections;
  }

  /** Gives the end to a real service session. */
  void serve(Descriptor end) {
    Session session =
        new Session(
            connections,
            serviceEnd.isPresent()
                ? LinkTransport.of(end, serviceEnd.get(), serviceRights)
                : SocketTransport.of(end),
            Handshake.service(new Offer<>(serviceType, service), serviceLimits),
            new ServiceSide(),
            new ExportTable(serviceLimits.maxExports()),
            transactions);
    session.start();
    sessions.add(session);
  }

  private final class ServiceSide implements SessionHost {
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
      return events::add;
    }
  }

  @Override
  public synchronized Connected connect() {
    try {
      UnixSocket.Pair pair = UnixSocket.pair();
      connections++;
      Transport transport =
          switch (medium) {
            case SOCKET -> SocketTransport.of(pair.first());
            case LINK -> linked(pair.first());
          };
      acceptor.accept(pair.second());
      return new Connected(connections, transport);
    } catch (LinuxException e) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "socketpair", e);
    }
  }

  private Transport linked(Descriptor client) throws LinuxException {
    try (MemoryFile memory = LinkMaker.make(1, LinkLayout.MIN_CAPACITY)) {
      serviceEnd = Optional.of(end(memory, LinkSide.SERVICE));
      List<RightExchange> rights = PairedRights.pair();
      serviceRights = Optional.of(rights.get(1));
      return LinkTransport.of(client, end(memory, LinkSide.CLIENT), Optional.of(rights.get(0)));
    }
  }

  private static LinkEnd end(MemoryFile memory, LinkSide side) throws LinuxException {
    try (TaskWords words = TaskWords.create();
        Descriptor handed = words.handOver()) {
      TaskWords.Place place = words.open().orElseThrow();
      return new LinkEnd(
          LinkMemory.map(memory.descriptor()),
          SeverWords.map(handed),
          place.index(),
          place.epoch(),
          side,
          ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY);
    }
  }

  @Override
  public ErrorCode reasonOfEnd() {
    return reasonOfEnd;
  }

  @Override
  public void callOverdue(long connection, long call) {
    overdue.add(new Overdue(connection, call));
  }

  @Override
  public void closed(long connection) {
    closed.add(connection);
  }

  @Override
  public void linkEnded() {
    linkEnds.incrementAndGet();
  }

  static ConnectionLimits limits(int maxMessage, int maxCalls, int maxExports) {
    return new ConnectionLimits(
        maxMessage,
        16,
        maxCalls,
        maxExports,
        4,
        4 << 20,
        64,
        ConnectionLimits.FileRightTravel.DESCRIPTOR,
        Duration.ofSeconds(5));
  }

  static ErrorCode codeOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(call);
    if (thrown instanceof PortunusException refusal) {
      return refusal.code();
    }
    throw new AssertionError("expected a PortunusException, got " + thrown, thrown);
  }

  @Override
  public void close() {
    link.end(ErrorCode.INVALID, "the test is over");
    sessions.forEach(session -> session.close(new ErrorBody(ErrorCode.INVALID, "over")));
  }
}
