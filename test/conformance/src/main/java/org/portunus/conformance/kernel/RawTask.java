// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.kernel;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/** A task from outside that sends any bytes. One thread uses it. */
public final class RawTask implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int LONGEST = 4 * KernelFrame.MAX_BODY;

  private final SeqpacketChannel channel;
  private final ReceivedMessage in = new ReceivedMessage(LONGEST);
  private final List<Descriptor> received = new ArrayList<>();
  private long sequence;
  private int bootstrap;

  private RawTask(SeqpacketChannel channel) {
    this.channel = channel;
  }

  /** Enters the instance, without a hello. */
  public static RawTask enter(Path socket) throws LinuxException {
    try (SeqpacketChannel door = SeqpacketChannel.of(UnixSocket.connect(socket), 16);
        ReceivedMessage answer = new ReceivedMessage(16)) {
      await(door);
      int length = door.receive(answer, WaitMode.WAIT);
      LinuxException.check("recvmsg from the broker", length);
      return new RawTask(SeqpacketChannel.of(answer.takeDescriptor(0), LONGEST));
    }
  }

  /** Enters and says hello. */
  public static RawTask greeted(Path socket) throws LinuxException, MalformedFrameException {
    RawTask task = enter(socket);
    KernelFrame reply = task.ask(KernelOperation.HELLO, hello(1, 1, 0)).orElseThrow();
    WireReader body = new WireReader(reply.body());
    Hello.read(body);
    body.fixed("instance, epoch, task", 28);
    task.bootstrap = body.i32("bootstrap");
    return task;
  }

  /** A hello of these versions. */
  public static byte[] hello(int lowest, int highest, long features) {
    WireWriter out = new WireWriter();
    new Hello(lowest, highest, features, KernelFrame.MAX_BODY, 16, 64, 0).write(out);
    return out.toBytes();
  }

  private static void await(SeqpacketChannel channel) throws LinuxException {
    if (Readiness.await(channel.descriptor(), Readiness.READABLE, PATIENCE_MILLIS) == 0) {
      throw new AssertionError("nothing came in " + PATIENCE_MILLIS + " ms");
    }
  }

  /** Name of the bootstrap port. */
  public int bootstrap() {
    return bootstrap;
  }

  /** Sends these bytes; the result of the system call. */
  public int raw(byte[] bytes, Descriptor... files) {
    int[] numbers = List.of(files).stream().mapToInt(Descriptor::raw).toArray();
    return channel.send(bytes, 0, bytes.length, numbers, numbers.length, WaitMode.WAIT);
  }

  /** Sends these bytes if there is room for them. */
  public int rawUnlessFull(byte[] bytes) {
    return channel.send(bytes, 0, bytes.length, WaitMode.DONT_WAIT);
  }

  /** A request as bytes. */
  public byte[] request(KernelOperation operation, byte[] body) {
    return new KernelFrame(operation.number(), KernelFrame.REQUEST, 0, ++sequence, 0, body)
        .toBytes();
  }

  /** Sends a request and waits for its reply; empty when the kernel closes instead. */
  public Optional<KernelFrame> ask(KernelOperation operation, byte[] body) throws LinuxException {
    int sent = raw(request(operation, body));
    return sent < 0 ? Optional.empty() : reply(sequence);
  }

  private Optional<KernelFrame> reply(long to) throws LinuxException {
    Optional<KernelFrame> frame = next();
    while (frame.isPresent()
        && (frame.get().kind() != KernelFrame.REPLY || frame.get().sequence() != to)) {
      frame = next();
    }
    return frame;
  }

  /** The next frame; empty when the kernel has closed. */
  public Optional<KernelFrame> next() throws LinuxException {
    await(channel);
    int length = channel.receive(in, WaitMode.WAIT);
    if (length <= 0) {
      return Optional.empty();
    }
    for (int i = 0; i < in.descriptorCount(); i++) {
      received.add(in.takeDescriptor(i));
    }
    try {
      byte[] bytes = in.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return Optional.of(KernelFrame.read(bytes, in.descriptorCount()));
    } catch (MalformedFrameException kernelsFault) {
      throw new AssertionError("the kernel sent a malformed frame", kernelsFault);
    }
  }

  /** Reads until the kernel closes. */
  public void awaitEnd() throws LinuxException {
    boolean open = true;
    while (open) {
      open = next().isPresent();
    }
  }

  /** Descriptors that came, the oldest first; they stay this task's. */
  public List<Descriptor> received() {
    return received;
  }

  @Override
  public void close() {
    received.forEach(Descriptor::close);
    received.clear();
    channel.close();
    in.close();
  }
}
