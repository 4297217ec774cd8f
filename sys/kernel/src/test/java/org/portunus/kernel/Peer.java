// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/** A task's end of a kernel socket, byte by byte: it checks nothing that it sends. */
public final class Peer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int[] NONE = {};

  private final SeqpacketChannel channel;
  private final ReceivedMessage in = new ReceivedMessage(KernelFrame.HEAD + KernelFrame.MAX_BODY);
  private final Deque<KernelFrame> events = new ArrayDeque<>();
  private final Deque<KernelFrame> replies = new ArrayDeque<>();
  private final List<Descriptor> descriptors = new ArrayList<>();
  private long sequence;
  private int bootstrap;
  private int bootstrapReceive;

  Peer(Descriptor socket) throws LinuxException {
    channel = SeqpacketChannel.of(socket, 2 * KernelFrame.MAX_BODY);
  }

  /** Sends these bytes; the result of the system call. */
  public int raw(byte[] bytes, Descriptor... files) {
    int[] numbers = List.of(files).stream().mapToInt(Descriptor::raw).toArray();
    return channel.send(bytes, 0, bytes.length, numbers, numbers.length, WaitMode.WAIT);
  }

  /** Sends bytes, or says that there is no room. */
  public int rawUnlessFull(byte[] bytes) {
    return channel.send(bytes, 0, bytes.length, NONE, 0, WaitMode.DONT_WAIT);
  }

  /** A frame as a request. */
  public byte[] frame(KernelOperation operation, byte[] body) {
    return new KernelFrame(operation.number(), KernelFrame.REQUEST, 0, ++sequence, 0, body)
        .toBytes();
  }

  /** Sends a request without waiting for its reply. */
  public void tell(KernelOperation operation, WireWriter body) {
    assertThat(raw(frame(operation, body.toBytes()))).isPositive();
  }

  /** A whole round trip. */
  public KernelFrame ask(KernelOperation operation, WireWriter body) throws LinuxException {
    tell(operation, body);
    return reply();
  }

  /** The next reply. */
  public KernelFrame reply() throws LinuxException {
    while (replies.isEmpty()) {
      assertThat(read()).as("the kernel socket is open").isTrue();
    }
    return replies.removeFirst();
  }

  /** The next event. */
  public KernelFrame event() throws LinuxException {
    while (events.isEmpty()) {
      assertThat(read()).as("the kernel socket is open").isTrue();
    }
    return events.removeFirst();
  }

  /** Reads until the kernel closes. */
  public void awaitEnd() throws LinuxException {
    boolean open = true;
    while (open) {
      open = read();
    }
  }

  private boolean read() throws LinuxException {
    int ready = Readiness.await(channel.descriptor(), Readiness.READABLE, PATIENCE_MILLIS);
    assertThat(ready).as("something to read in time").isNotZero();
    int length = channel.receive(in, WaitMode.WAIT);
    if (length == 0 || Errno.ECONNRESET.is(length)) {
      return false;
    }
    assertThat(length).isPositive();
    byte[] bytes = in.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    try {
      KernelFrame frame = KernelFrame.read(bytes, in.descriptorCount());
      for (int i = 0; i < frame.descriptors(); i++) {
        descriptors.add(in.takeDescriptor(i));
      }
      (frame.kind() == KernelFrame.EVENT ? events : replies).add(frame);
    } catch (MalformedFrameException broken) {
      throw new AssertionError(broken);
    }
    return true;
  }

  /** Takes the oldest descriptor that came. */
  public Descriptor takeDescriptor() {
    return descriptors.removeFirst();
  }

  static WireWriter helloBody(int lowest, int highest, long features) {
    WireWriter body = new WireWriter();
    new Hello(lowest, highest, features, 65536, 16, 64, 0).write(body);
    return body;
  }

  /** Says hello and keeps the names that come. */
  public void hello() throws LinuxException {
    hello(0);
  }

  /** The same of a task that knows links; its sever words are the next descriptor. */
  public void helloWithLinks() throws LinuxException {
    hello(Hello.LINKS);
  }

  private void hello(long features) throws LinuxException {
    KernelFrame reply = ask(KernelOperation.HELLO, helloBody(1, 1, features));
    assertThat(reply.result()).isZero();
    try {
      WireReader body = new WireReader(reply.body());
      Hello.read(body);
      body.i64("high");
      body.i64("low");
      body.i32("epoch");
      body.i64("task");
      bootstrap = body.i32("bootstrap");
      body.i32("host");
      bootstrapReceive = body.i32("receive");
      body.end();
    } catch (MalformedFrameException broken) {
      throw new AssertionError(broken);
    }
  }

  public int bootstrap() {
    return bootstrap;
  }

  public int bootstrapReceive() {
    return bootstrapReceive;
  }

  /** The result of an operation as one of Mach's. */
  public KernReturn result(KernelOperation operation, WireWriter body) throws LinuxException {
    return KernReturn.of(ask(operation, body).result()).orElseThrow();
  }

  /** The number that an operation answers. */
  public int number(KernelOperation operation, WireWriter body) throws LinuxException {
    KernelFrame reply = ask(operation, body);
    assertThat(KernReturn.of(reply.result())).contains(KernReturn.SUCCESS);
    return int32(reply.body());
  }

  /** The number that a body begins with. */
  public static long long64(byte[] body) {
    try {
      return new WireReader(body).i64("number");
    } catch (MalformedFrameException broken) {
      throw new AssertionError(broken);
    }
  }

  static int int32(byte[] body) {
    try {
      return new WireReader(body).i32("number");
    } catch (MalformedFrameException broken) {
      throw new AssertionError(broken);
    }
  }

  public int allocate(RightKind kind) throws LinuxException {
    return number(KernelOperation.PORT_ALLOCATE, new WireWriter().u8(kind.number()));
  }

  /** A receive right. */
  public int port() throws LinuxException {
    return allocate(RightKind.RECEIVE);
  }

  public KernReturn insert(int name, int right, Disposition disposition) throws LinuxException {
    return result(
        KernelOperation.PORT_INSERT_RIGHT,
        new WireWriter().i32(name).i32(right).u8(disposition.number()));
  }

  public int type(int name) throws LinuxException {
    return number(KernelOperation.PORT_TYPE, new WireWriter().i32(name));
  }

  public int refs(int name, RightKind kind) throws LinuxException {
    return number(KernelOperation.PORT_GET_REFS, new WireWriter().i32(name).u8(kind.number()));
  }

  public KernReturn destroy(int name) throws LinuxException {
    return result(KernelOperation.PORT_DESTROY, new WireWriter().i32(name));
  }

  public KernReturn deallocate(int name) throws LinuxException {
    return result(KernelOperation.PORT_DEALLOCATE, new WireWriter().i32(name));
  }

  public KernReturn queueLimit(int name, int limit) throws LinuxException {
    return result(KernelOperation.PORT_SET_QUEUE_LIMIT, new WireWriter().i32(name).i32(limit));
  }

  /** The body of a send. */
  public static WireWriter message(
      long timeout,
      PortDescriptor to,
      Optional<PortDescriptor> reply,
      int id,
      PortDescriptor... r) {
    return message(new OutgoingMessage(timeout, to, reply, id, List.of(r), new byte[0]));
  }

  public static WireWriter message(OutgoingMessage message) {
    return new WireWriter().fixed(message.toBytes());
  }

  public KernReturn send(long timeout, PortDescriptor to, int id, PortDescriptor... rights)
      throws LinuxException {
    return result(KernelOperation.MESSAGE_SEND, message(timeout, to, Optional.empty(), id, rights));
  }

  /** The next message of a port; the test fails if there is none in time. */
  public IncomingMessage receive(int name) throws LinuxException {
    KernelFrame reply = tryReceive(name, 20_000_000_000L);
    assertThat(KernReturn.of(reply.result())).contains(KernReturn.SUCCESS);
    return decoded(reply);
  }

  public static IncomingMessage decoded(KernelFrame reply) {
    try {
      return IncomingMessage.read(reply.body());
    } catch (MalformedFrameException broken) {
      throw new AssertionError(broken);
    }
  }

  public KernelFrame tryReceive(int name, long timeout) throws LinuxException {
    return ask(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(name).i64(timeout));
  }

  public KernReturn poll(int name) throws LinuxException {
    return KernReturn.of(tryReceive(name, 0).result()).orElseThrow();
  }

  @Override
  public void close() {
    if (channel.descriptor().isOpen()) {
      descriptors.forEach(Descriptor::close);
      channel.close();
      in.close();
    }
  }
}
