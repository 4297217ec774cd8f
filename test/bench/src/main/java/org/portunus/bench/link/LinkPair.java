// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.kernel.link.LinkMaker;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.Spawn;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.connection.SingleService;

/**
 * Both processes of a pair on a link; the calling one does the kernel task's part, but for rights,
 * which go beside it: see {@link SocketRights}.
 *
 * @param echo the service in the other process
 */
record LinkPair(TaskWords words, MemoryFile memory, Child child, Echo echo)
    implements AutoCloseable {
  private static final int FIRST = 10;
  private static final TaskWords.Place FIRST_PLACE = new TaskWords.Place(0, 1);
  private static final int CAPACITY = LinkLayout.MIN_CAPACITY;
  private static final Duration TIME = Duration.ofSeconds(20);

  /** Starts the other process and connects to it. */
  static LinkPair start(List<String> command) throws IOException {
    try {
      TaskWords words = TaskWords.create();
      MemoryFile memory = LinkMaker.make(1, CAPACITY);
      if (!words.open().equals(Optional.of(FIRST_PLACE))) {
        throw new IOException("new sever words begin elsewhere");
      }
      Descriptor handed = words.handOver();
      UnixSocket.Pair sockets = UnixSocket.pair();
      UnixSocket.Pair rights = UnixSocket.pair();
      Child service =
          Spawn.of(command.getFirst(), command)
              .descriptor(memory.descriptor(), FIRST)
              .descriptor(handed, FIRST + 1)
              .descriptor(sockets.second(), FIRST + 2)
              .descriptor(rights.second(), FIRST + 3)
              .descriptor(2, 2)
              .start();
      sockets.second().close();
      rights.second().close();
      LinkTransport transport =
          transport(memory.descriptor(), handed, sockets.first(), rights.first(), LinkSide.CLIENT);
      Echo echo =
          EchoXpc.TYPE.proxy(
              new ServicePeer(
                  new ServiceLink(
                      EchoXpc.TYPE, new OneConnection(transport), limits(), event -> {}),
                  CallTime.of(TIME)),
              0);
      return new LinkPair(words, memory, service, echo);
    } catch (LinuxException failure) {
      throw new IOException(failure);
    }
  }

  private static LinkTransport transport(
      Descriptor memory, Descriptor words, Descriptor socket, Descriptor rights, LinkSide side) {
    LinkEnd end =
        new LinkEnd(
            LinkMemory.map(memory),
            SeverWords.map(words),
            FIRST_PLACE.index(),
            FIRST_PLACE.epoch(),
            side,
            ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY);
    return LinkTransport.of(socket, end, SocketRights.of(rights));
  }

  private static ConnectionLimits limits() {
    return ConnectionLimits.standard(ConnectionLimits.FileRightTravel.DESCRIPTOR);
  }

  /** How many calls of a client may be unanswered. */
  static int unanswered() {
    return limits().maxCalls();
  }

  /** The other process. */
  static void serve() {
    LinkTransport transport =
        transport(
            Descriptor.own(FIRST),
            Descriptor.own(FIRST + 1),
            Descriptor.own(FIRST + 2),
            Descriptor.own(FIRST + 3),
            LinkSide.SERVICE);
    SingleService.serve(
            new Offer<>(EchoXpc.TYPE, new EchoService()), transport, limits(), event -> {})
        .join();
  }

  @Override
  public void close() {
    child.signal(Signal.KILL);
    memory.close();
    words.close();
  }

  /** The one connection of this benchmark. */
  private record OneConnection(LinkTransport transport) implements Connector {
    @Override
    public Connected connect() {
      return new Connected(1, transport);
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
}
