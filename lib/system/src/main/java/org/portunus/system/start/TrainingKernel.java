// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.StartOrder;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;

/**
 * The other end of the kernel socket of a training run or a rehearsal: says what the kernel and
 * launchd would say to a task with one service and one client, and checks nothing.
 */
final class TrainingKernel {
  private static final int MAX_FRAME = KernelFrame.HEAD + KernelFrame.MAX_BODY;
  private static final int[] NO_NUMBERS = {};
  private static final int BOOTSTRAP = 0x101;
  private static final int SERVICE = 0x102;
  private static final int SERVICES = 0x103;
  private static final AuditToken NOBODY =
      new AuditToken(1, 1, 1, 1, 1, 1, 1, 1, 1, CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]));

  private final FrameSocket socket;
  private final LaunchRecord record;
  private final Descriptor image;
  private final Descriptor connection;
  private final Optional<RehearsalLink> link;
  private boolean requested;
  private Optional<KernelFrame> waiting = Optional.empty();

  /**
   * @param connection the service's end of the connection that the client asks for
   * @param link of that connection; without one this is a kernel that knows no links
   */
  TrainingKernel(
      FrameSocket socket,
      LaunchRecord record,
      Descriptor image,
      Descriptor connection,
      Optional<RehearsalLink> link) {
    this.socket = socket;
    this.record = record;
    this.image = image;
    this.connection = connection;
    this.link = link;
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
      case HELLO -> greet(frame);
      case MESSAGE_RECEIVE -> receive(frame);
      case TASK_READY -> {
        reply(frame, 0, new WireWriter());
        StartOrder order = new StartOrder(SERVICES, List.of(SERVICE), record);
        transmit(event(KernelOperation.TASK_START, order.toBytes(), 1), new int[] {image.raw()});
      }
      case LINK_OPEN -> openLink(frame);
      case LINK_CLOSED -> {
        reply(frame, 0, new WireWriter());
        transmit(event(KernelOperation.TASK_TERMINATE, new byte[0], 0), NO_NUMBERS);
      }
      case TASK_IDLE -> {
        waiting.ifPresent(
            receive -> reply(receive, KernReturn.RCV_TIMED_OUT.number(), new WireWriter()));
        reply(frame, 0, new WireWriter());
      }
      default -> reply(frame, 0, new WireWriter());
    }
  }

  private void greet(KernelFrame frame) {
    long features = Hello.DIRECT_FILE_RIGHTS | Hello.PEER_REQUIREMENTS | Hello.RIGHT_TICKETS;
    WireWriter body = new WireWriter();
    new Hello(
            Hello.oldestSpoken(),
            Hello.newestSpoken(),
            link.isPresent() ? features | Hello.LINKS : features,
            KernelFrame.MAX_BODY,
            KernelFrame.MAX_DESCRIPTORS,
            1024,
            0)
        .write(body);
    body.i64(1).i64(1).i32(1).i64(1).i32(BOOTSTRAP).i32(0).i32(0);
    answer(frame, body, link.map(RehearsalLink::words));
  }

  private void openLink(KernelFrame frame) {
    answer(
        frame,
        link.map(RehearsalLink::grant).orElseGet(WireWriter::new),
        link.map(RehearsalLink::memory));
  }

  /** First the client's request, then nothing. */
  private void receive(KernelFrame frame) {
    if (requested) {
      waiting = Optional.of(frame);
      return;
    }
    requested = true;
    IncomingMessage request =
        new IncomingMessage(
            SERVICE,
            Optional.empty(),
            HostMessage.CONNECTION_REQUEST,
            0,
            List.of(),
            new WireWriter().i64(1).toBytes(),
            NOBODY);
    answer(frame, new WireWriter().fixed(request.toBytes()), Optional.of(connection));
  }

  private void reply(KernelFrame to, int result, WireWriter body) {
    transmit(
        new KernelFrame(
            to.operation(), KernelFrame.REPLY, 0, to.sequence(), result, body.toBytes()),
        NO_NUMBERS);
  }

  private void answer(KernelFrame to, WireWriter body, Optional<Descriptor> descriptor) {
    int[] numbers = descriptor.stream().mapToInt(Descriptor::raw).toArray();
    transmit(
        new KernelFrame(
            to.operation(), KernelFrame.REPLY, numbers.length, to.sequence(), 0, body.toBytes()),
        numbers);
  }

  private static KernelFrame event(KernelOperation operation, byte[] body, int descriptors) {
    return new KernelFrame(operation.number(), KernelFrame.EVENT, descriptors, 0, 0, body);
  }

  private void transmit(KernelFrame frame, int[] descriptors) {
    byte[] bytes = frame.toBytes();
    if (socket.send(bytes, bytes.length, descriptors, descriptors.length) < 0) {
      throw new IllegalStateException("a training run that does not read");
    }
  }
}
