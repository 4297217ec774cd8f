// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.BootstrapMessage;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;

/**
 * The other end of the kernel socket of a training run or a rehearsal: says what the kernel and
 * launchd would say to a task with one service and one client, and checks nothing.
 */
final class TrainingKernel {
  private static final int MAX_FRAME = KernelFrame.HEAD + KernelFrame.MAX_BODY;
  private static final int BOOTSTRAP = 0x101;
  private static final int SERVICE = 0x102;
  private static final int FIRST_NAME = 0x200;
  private static final AuditToken NOBODY =
      new AuditToken(1, 1, 1, 1, 1, 1, 1, 1, 1, CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]));

  private final FrameSocket socket;
  private final LaunchRecord record;
  private final Descriptor image;
  private final Descriptor connection;
  private int nextName = FIRST_NAME;
  private int receives;
  private Optional<KernelFrame> waiting = Optional.empty();

  /**
   * @param connection the service's end of the connection that the client asks for
   */
  TrainingKernel(FrameSocket socket, LaunchRecord record, Descriptor image, Descriptor connection) {
    this.socket = socket;
    this.record = record;
    this.image = image;
    this.connection = connection;
  }

  /** Answers until the task has ended. */
  void run() {
    byte[] bytes = new byte[MAX_FRAME];
    List<Descriptor> descriptors = new ArrayList<>();
    try {
      for (int n = socket.receive(bytes, descriptors); n > 0; ) {
        byte[] frame = new byte[n];
        System.arraycopy(bytes, 0, frame, 0, n);
        answer(KernelFrame.read(frame, descriptors.size()));
        n = socket.receive(bytes, descriptors);
      }
    } catch (MalformedFrameException impossible) {
      throw new IllegalStateException("a frame of our own library", impossible);
    } finally {
      socket.close();
    }
  }

  private void answer(KernelFrame frame) {
    switch (KernelOperation.of(frame.operation()).orElseThrow()) {
      case HELLO -> reply(frame, 0, greeting());
      case PORT_ALLOCATE -> reply(frame, 0, new WireWriter().i32(nextName++));
      case MESSAGE_RECEIVE -> receive(frame);
      case TASK_READY -> {
        reply(frame, 0, new WireWriter());
        send(KernelOperation.TASK_START, record.toBytes(), image);
      }
      case TASK_IDLE -> {
        waiting.ifPresent(
            receive -> reply(receive, KernReturn.RCV_TIMED_OUT.number(), new WireWriter()));
        reply(frame, 0, new WireWriter());
      }
      default -> reply(frame, 0, new WireWriter());
    }
  }

  private static WireWriter greeting() {
    WireWriter body = new WireWriter();
    new Hello(
            Hello.VERSION,
            Hello.VERSION,
            Hello.DIRECT_FILE_RIGHTS,
            KernelFrame.MAX_BODY,
            KernelFrame.MAX_DESCRIPTORS,
            1024,
            0)
        .write(body);
    return body.i64(1).i64(1).i32(1).i64(1).i32(BOOTSTRAP).i32(0).i32(0);
  }

  /** First launchd's answer to the check-in, then the client's request, then nothing. */
  private void receive(KernelFrame frame) {
    receives++;
    switch (receives) {
      case 1 -> {
        IncomingMessage answer =
            new IncomingMessage(
                nextName - 1,
                Optional.empty(),
                BootstrapMessage.CHECK_IN + BootstrapMessage.REPLY,
                0,
                List.of(new PortDescriptor(SERVICE, Disposition.MOVE_RECEIVE)),
                new WireWriter().i32(0).toBytes(),
                NOBODY);
        reply(frame, 0, new WireWriter().fixed(answer.toBytes()));
      }
      case 2 -> {
        IncomingMessage request =
            new IncomingMessage(
                SERVICE,
                Optional.empty(),
                HostMessage.CONNECTION_REQUEST,
                0,
                List.of(),
                new WireWriter().i64(1).toBytes(),
                NOBODY);
        transmit(
            new KernelFrame(
                frame.operation(), KernelFrame.REPLY, 1, frame.sequence(), 0, request.toBytes()),
            new int[] {connection.raw()});
      }
      default -> waiting = Optional.of(frame);
    }
  }

  private void reply(KernelFrame to, int result, WireWriter body) {
    transmit(
        new KernelFrame(
            to.operation(), KernelFrame.REPLY, 0, to.sequence(), result, body.toBytes()),
        new int[0]);
  }

  private void send(KernelOperation operation, byte[] body, Descriptor descriptor) {
    transmit(
        new KernelFrame(operation.number(), KernelFrame.EVENT, 1, 0, 0, body),
        new int[] {descriptor.raw()});
  }

  private void transmit(KernelFrame frame, int[] descriptors) {
    byte[] bytes = frame.toBytes();
    if (socket.send(bytes, bytes.length, descriptors, descriptors.length) < 0) {
      throw new IllegalStateException("a training run that does not read");
    }
  }
}
