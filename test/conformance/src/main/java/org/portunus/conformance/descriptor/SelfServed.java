// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.conformance.kernel.RawTask;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/** A task that is both ends of a connection: it deposits rights, and redeems them itself. */
final class SelfServed implements AutoCloseable {
  private static final long WAIT_NANOS = 20_000_000_000L;

  private final RawTask task;
  private final long connection;
  private long sequence;

  private SelfServed(RawTask task, long connection) {
    this.task = task;
    this.connection = connection;
  }

  static SelfServed enter(Path socket) throws LinuxException, MalformedFrameException {
    RawTask task = RawTask.greeted(socket);
    int port =
        body(task, KernelOperation.PORT_ALLOCATE, new WireWriter().u8(RightKind.RECEIVE.number()))
            .i32("name");
    WireReader _ =
        body(
            task,
            KernelOperation.PORT_INSERT_RIGHT,
            new WireWriter().i32(port).i32(port).u8(Disposition.MAKE_SEND.number()));
    long connection =
        body(task, KernelOperation.CONNECT, new WireWriter().i32(port)).i64("connection");
    WireReader _ =
        body(task, KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(port).i64(WAIT_NANOS));
    return new SelfServed(task, connection);
  }

  private static WireReader body(RawTask task, KernelOperation operation, WireWriter body)
      throws LinuxException {
    KernelFrame reply =
        task.ask(operation, body.toBytes())
            .orElseThrow(() -> new AssertionError("the kernel closed at " + operation));
    if (reply.result() != 0) {
      throw new AssertionError(operation + " gave " + reply.result());
    }
    return new WireReader(reply.body());
  }

  private static Ticket ticket(TicketKind kind) {
    return new Ticket(kind, 1, 2);
  }

  /** Gives these to the kernel, for the service's end. */
  void deposit(TicketKind kind, Descriptor... files) {
    MessagePlace place = new MessagePlace(connection, ConnectionSide.CLIENT, ++sequence);
    RightsDeposit.Slot slot = new RightsDeposit.Slot(ticket(kind), Optional.empty());
    byte[] body = new RightsDeposit(place, Collections.nCopies(files.length, slot)).toBytes();
    int number = KernelOperation.RIGHTS_DEPOSIT.number();
    byte[] frame = new KernelFrame(number, KernelFrame.REQUEST, files.length, 0, 0, body).toBytes();
    int sent = task.raw(frame, files);
    if (sent != frame.length) {
      throw new AssertionError("sending the deposit: " + sent);
    }
  }

  /** Takes the last at the service's end: how it was refused; empty if it came. */
  Optional<ErrorCode> redeem(TicketKind kind) throws LinuxException {
    MessagePlace place = new MessagePlace(connection, ConnectionSide.SERVICE, sequence);
    byte[] body = new RightsClaim(place, List.of(ticket(kind))).toBytes();
    int before = task.received().size();
    KernelFrame reply =
        task.ask(KernelOperation.RIGHTS_REDEEM, body)
            .orElseThrow(() -> new AssertionError("the kernel closed"));
    if (reply.result() == 0) {
      if (task.received().size() != before + 1) {
        throw new AssertionError("no descriptor came with the right");
      }
      return Optional.empty();
    }
    return Optional.of(
        ErrorCode.of(reply.result())
            .orElseThrow(() -> new AssertionError("an untyped result: " + reply.result())));
  }

  /**
   * Gives it to the kernel and takes it at the other end.
   *
   * @return how it was refused, which is as it must be
   */
  Optional<ErrorCode> hand(HostileFile file, HeldFiles files) throws LinuxException {
    deposit(file.kind(), files.descriptor());
    files.afterSend();
    Optional<ErrorCode> refusal = redeem(file.kind());
    if (!refusal.equals(file.refusal())) {
      throw new AssertionError(
          "expected %s, not %s"
              .formatted(DescriptorSuite.told(file.refusal()), DescriptorSuite.told(refusal)));
    }
    return refusal;
  }

  /** Whether the kernel still answers for the connection: rights that wait on the client's side. */
  int waiting() throws LinuxException, MalformedFrameException {
    MessagePlace place = new MessagePlace(connection, ConnectionSide.CLIENT, 0);
    return body(task, KernelOperation.RIGHTS_WAITING, new WireWriter().fixed(place.toBytes()))
        .i32("waiting");
  }

  @Override
  public void close() {
    task.close();
  }
}
