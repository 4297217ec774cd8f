// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.kernel.link.LinkMaker;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.RawEnd;
import org.portunus.system.link.SeverWords;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.XpcEvents;

/** The far end of a link, by hand; the near end is a real transport. */
final class LinkPeer implements AutoCloseable {
  static final int MAX = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;

  /** The session's thread looks by itself once in an hour: what is not rung for is not seen. */
  static final int NO_TICK = 3_600_000;

  final TaskWords words;
  private final TaskWords.Place place;
  final RawEnd ring;
  final PacketSocket socket;
  final LinkTransport near;
  private final LinkWaiter waiter;
  private final byte[] into = new byte[MAX];

  /**
   * @param side of the peer
   */
  LinkPeer(LinkSide side) throws LinuxException {
    this(side, Optional.empty());
  }

  /**
   * @param exchange of the near end
   */
  LinkPeer(LinkSide side, Optional<RightExchange> exchange) throws LinuxException {
    this(side, exchange, LinkWaiter.start(NO_TICK));
  }

  /**
   * The same with the waiter of others.
   *
   * @param side of the peer
   */
  LinkPeer(LinkSide side, LinkWaiter waiter) throws LinuxException {
    this(side, Optional.empty(), waiter);
  }

  private LinkPeer(LinkSide side, Optional<RightExchange> exchange, LinkWaiter waiter)
      throws LinuxException {
    this.waiter = waiter;
    words = TaskWords.create();
    place = words.open().orElseThrow();
    UnixSocket.Pair pair = UnixSocket.pair();
    try (MemoryFile memory = LinkMaker.make(1, LinkLayout.MIN_CAPACITY);
        Descriptor handed = words.handOver()) {
      ring = new RawEnd(LinkMemory.map(memory.descriptor()), side);
      LinkEnd end =
          new LinkEnd(
              LinkMemory.map(memory.descriptor()),
              SeverWords.map(handed),
              place.index(),
              place.epoch(),
              side == LinkSide.CLIENT ? LinkSide.SERVICE : LinkSide.CLIENT,
              MAX);
      near = LinkTransport.of(pair.first(), end, exchange, () -> waiter);
    }
    socket = PacketSocket.of(pair.second(), MAX);
  }

  /** A real session of a service at the near end. */
  Session serve(Workshop service, ConnectionLimits limits) {
    Session session =
        new Session(
            1,
            near,
            Handshake.service(new Offer<>(Workshop.TYPE, service), limits),
            new Silent(),
            new ExportTable(limits.maxExports()),
            new Transactions());
    session.start();
    return session;
  }

  /** A real client at the near end. */
  Workshop.Proxy client(ConnectionLimits limits, Duration time) {
    return client(limits, time, Optional.empty());
  }

  /** The same, whose next connection is to another peer. */
  Workshop.Proxy client(ConnectionLimits limits, Duration time, Optional<LinkPeer> next) {
    Iterator<LinkTransport> transports =
        Stream.concat(Stream.of(near), next.stream().map(peer -> peer.near)).iterator();
    ServiceLink link =
        new ServiceLink(Workshop.TYPE, new Given(transports), limits, XpcEvents.NONE);
    return new Workshop.Proxy(new ServicePeer(link, CallTime.of(time)), 0);
  }

  /** The kernel takes the link, and tells nobody yet. */
  void sever() {
    int _ = words.sever(place);
  }

  /** The kernel takes the link, so that the client connects anew, and tells nobody yet. */
  void move() {
    int _ = words.move(place);
  }

  /** The kernel has heard that this end is given up. */
  void freePlace() {
    words.free(place);
  }

  static byte[] frame(Kind kind, int flags, int method, long call, int object, byte[] body) {
    return frame(kind, flags, 0, method, call, object, body);
  }

  static byte[] frame(
      Kind kind, int flags, int rights, int method, long call, int object, byte[] body) {
    ByteBuffer bytes = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(kind, flags, rights, method, call, object, body.length, 0).write(bytes);
    return bytes.put(body).array();
  }

  /** Writes a record and does for its reader what the protocol says. */
  void send(byte[] frame) {
    while (!ring.write(frame)) {
      Thread.onSpinWait();
    }
    ring();
  }

  /** The bell packet, to whoever may need it. */
  void ring() {
    if (ring.attention() != Attention.CLOSING) {
      int sent = socket.send(new byte[1], 1, new int[0], 0);
      assert sent != 0;
    }
  }

  /** The next frame, waiting for it; the peer says that it is awake. */
  byte[] receive() {
    int length = ring.read(into);
    while (length == LinkEnd.EMPTY) {
      pause();
      length = ring.read(into);
    }
    if (length < 0) {
      throw new AssertionError("read " + length);
    }
    return Arrays.copyOf(into, length);
  }

  /**
   * The next frame, waiting for it: of the ring, then the last word, which comes over the socket
   * where the ring had no room; empty when the other end has ended.
   */
  Optional<byte[]> receiveUntilEnd() {
    Optional<byte[]> last = Optional.empty();
    boolean ended = false;
    while (true) {
      int length = ring.read(into);
      if (length > 0) {
        ring(); // there is room, which the other end may wait for
        return Optional.of(Arrays.copyOf(into, length));
      }
      if (length != LinkEnd.EMPTY) {
        throw new AssertionError("read " + length);
      }
      if (ended || last.isPresent()) {
        return last;
      }
      int packet = socket.receiveNow(into, new ArrayList<>());
      ended = packet == FrameSocket.ENDED;
      if (packet > 1) {
        last = Optional.of(Arrays.copyOf(into, packet));
      } else if (packet == FrameSocket.NOTHING) {
        pause();
      }
    }
  }

  static ConnectionFrame head(byte[] frame) {
    try {
      return ConnectionFrame.read(ByteBuffer.wrap(frame), 0);
    } catch (org.portunus.abi.wire.MalformedFrameException e) {
      throw new AssertionError(e);
    }
  }

  /** Says hello as a client, and hears the answer. */
  void greetAsClient(ConnectionLimits limits) {
    send(hello(limits));
    requireHello(receive());
  }

  /** Hears the client's hello, and answers it. */
  void greetAsService(ConnectionLimits limits) {
    requireHello(receive());
    send(hello(limits));
  }

  private static void requireHello(byte[] frame) {
    if (head(frame).kind() != Kind.HELLO) {
      throw new AssertionError("no hello, but " + head(frame));
    }
  }

  private static byte[] hello(ConnectionLimits limits) {
    Greeting greeting = new Greeting(limits.hello(), Workshop.TYPE.name(), Workshop.TYPE.digest());
    return frame(Kind.HELLO, 0, 0, 0, 0, greeting.toBytes());
  }

  void awaitAttention(int attention) {
    while (ring.attention() != attention) {
      pause();
    }
  }

  /** Waits until the near end's waiter has looked at all it was called for. */
  void awaitWaiter() throws Exception {
    CompletableFuture<Void> looked = new CompletableFuture<>();
    waiter.attend(
        new LinkWaiter.Waiting() {
          @Override
          public void look() {
            looked.complete(null);
          }

          @Override
          public boolean isOver() {
            return false;
          }

          @Override
          public void broken(Throwable why) {
            looked.completeExceptionally(why);
          }
        });
    looked.get(30, TimeUnit.SECONDS);
  }

  private static void pause() {
    if (Thread.interrupted()) {
      throw new AssertionError("the test's time is over");
    }
    LockSupport.parkNanos(20_000);
  }

  @Override
  public void close() {
    socket.shutdown();
    socket.close();
    ring.close();
    words.close();
  }

  private static final class Silent implements SessionHost {
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
      return XpcEvents.NONE;
    }
  }

  /** One connection after the other. */
  private record Given(Iterator<LinkTransport> transports) implements Connector {
    @Override
    public Connected connect() {
      return new Connected(1, transports.next());
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
