// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/** A task's end of a kernel socket that never waits, and believes nothing that comes. */
final class FuzzTask implements AutoCloseable {
  private static final long FIRST_SEQUENCE = 1L << 40;

  private final SeqpacketChannel channel;
  private final ReceivedMessage in = new ReceivedMessage(KernelFrame.HEAD + KernelFrame.MAX_BODY);
  private final Map<Long, KernelOperation> asked = new HashMap<>();
  private List<Integer> names = List.of();
  private long sequence = FIRST_SEQUENCE;
  private long connection;
  private boolean ended;

  FuzzTask(Descriptor socket) throws LinuxException {
    channel = SeqpacketChannel.of(socket, 2 * KernelFrame.MAX_BODY);
  }

  /**
   * Sends a request if there is room; its reply is expected from now on.
   *
   * @return its number
   */
  long request(KernelOperation operation, byte[] body, Descriptor[] files) {
    long number = ++sequence;
    asked.put(number, operation);
    boolean sent =
        packet(
            new KernelFrame(operation.number(), KernelFrame.REQUEST, files.length, number, 0, body)
                .toBytes(),
            files);
    if (!sent) {
      asked.remove(number);
    }
    return number;
  }

  /** Sends bytes; whether there was room. */
  boolean packet(byte[] bytes, Descriptor[] files) {
    int[] numbers = Arrays.stream(files).mapToInt(Descriptor::raw).toArray();
    return channel.send(bytes, 0, bytes.length, numbers, numbers.length, WaitMode.DONT_WAIT) >= 0;
  }

  /** Whether the reply to a request may still come. */
  boolean awaits(long number) {
    return !ended && asked.containsKey(number);
  }

  /** The last connection that it made. */
  long connection() {
    return connection;
  }

  List<Integer> names() {
    return names;
  }

  /** Reads what is there; throws if the kernel said what it may not say. */
  void drain() throws LinuxException {
    for (int length = receive(); length > 0; length = receive()) {
      byte[] bytes = in.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      try {
        take(KernelFrame.read(bytes, in.descriptorCount()));
      } catch (MalformedFrameException broken) {
        throw new AssertionError("the kernel broke the protocol", broken);
      } finally {
        in.closeDescriptors();
      }
    }
  }

  private int receive() {
    int length = channel.receive(in, WaitMode.DONT_WAIT);
    if (length < 0 && !Errno.EAGAIN.is(length) && !Errno.ECONNRESET.is(length)) {
      throw new AssertionError("receiving: error " + length);
    }
    ended |= length == 0 || Errno.ECONNRESET.is(length);
    return length;
  }

  private void take(KernelFrame frame) throws MalformedFrameException {
    if (frame.kind() == KernelFrame.EVENT) {
      return;
    }
    if (frame.kind() != KernelFrame.REPLY) {
      throw new AssertionError("the kernel sent " + frame.kind());
    }
    if (KernReturn.of(frame.result()).isEmpty() && ErrorCode.of(frame.result()).isEmpty()) {
      throw new AssertionError("an untyped result: " + frame.result());
    }
    if (frame.sequence() <= FIRST_SEQUENCE) {
      return;
    }
    KernelOperation operation = asked.remove(frame.sequence());
    if (operation == null || operation.number() != frame.operation()) {
      throw new AssertionError("a reply that nobody asked for: " + frame.operation());
    }
    if (frame.result() == 0 && operation == KernelOperation.CONNECT) {
      connection = new WireReader(frame.body()).i64("connection");
    } else if (frame.result() == 0 && operation == KernelOperation.PORT_NAMES) {
      names = readNames(frame);
    }
  }

  private static List<Integer> readNames(KernelFrame frame) throws MalformedFrameException {
    WireReader body = new WireReader(frame.body());
    List<Integer> names = new ArrayList<>();
    for (int count = body.i32("count"); count > 0; count--) {
      names.add(body.i32("name"));
      body.i32("type");
    }
    body.end();
    return names;
  }

  /** Descriptors of this process. */
  static int openFiles() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Looks again and again; throws when it did not become so in time. */
  static void await(BooleanSupplier condition, int millis, String otherwise) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(otherwise);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    channel.close();
    in.close();
  }
}
