// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.ConnectionLimits.FileRightTravel;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.connection.SingleService;
import org.portunus.system.xpc.connection.SocketTransport;
import org.portunus.system.xpc.connection.Transport;

/** A client of one version connected to a service of another. */
final class EvolutionBench implements Connector {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ConnectionLimits LIMITS =
      ConnectionLimits.standard(FileRightTravel.DESCRIPTOR);

  /** What carries the frames. */
  enum Medium {
    SOCKET,
    LINK
  }

  private final Medium medium;
  private final EvolutionEnds service;
  private long connections;

  private EvolutionBench(Medium medium, EvolutionEnds service) {
    this.medium = medium;
    this.service = service;
  }

  /** What the client's calls gave. */
  static List<String> seen(Medium medium, EvolutionEnds client, EvolutionEnds service) {
    return seen(medium, client, client.type(), service);
  }

  private static <T> List<String> seen(
      Medium medium, EvolutionEnds client, ServiceType<T> type, EvolutionEnds service) {
    ServiceLink link =
        new ServiceLink(type, new EvolutionBench(medium, service), LIMITS, XpcEvents.NONE);
    try {
      List<String> seen = new ArrayList<>();
      client.use(type.proxy(new ServicePeer(link, CallTime.of(PATIENCE)), 0), seen);
      return seen;
    } finally {
      link.end(ErrorCode.INVALID, "the test is over");
    }
  }

  @Override
  public Connected connect() {
    try {
      UnixSocket.Pair pair = UnixSocket.pair();
      Transport client;
      Transport server;
      if (medium == Medium.SOCKET) {
        client = SocketTransport.of(pair.first());
        server = SocketTransport.of(pair.second());
      } else {
        try (MemoryFile memory = LinkMaker.make(1, LinkLayout.MIN_CAPACITY)) {
          server = LinkTransport.of(pair.second(), end(memory, LinkSide.SERVICE));
          client = LinkTransport.of(pair.first(), end(memory, LinkSide.CLIENT));
        }
      }
      var _ = SingleService.open(offer(service.type()), server, LIMITS, XpcEvents.NONE);
      return new Connected(++connections, client);
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "socketpair", failure);
    }
  }

  private <T> Offer<T> offer(ServiceType<T> type) {
    return new Offer<>(type, type.interfaceClass().cast(service));
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
    return ErrorCode.INTERRUPTED;
  }

  @Override
  public void callOverdue(long connection, long call) {}

  @Override
  public void closed(long connection) {}

  @Override
  public void linkEnded() {}
}
