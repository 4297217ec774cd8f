// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.object.Pool;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * Descriptors of every kind that the kernel holds for one task: together they are its one share,
 * and whatever fills it, the next is refused.
 */
class MixedDescriptorsTest {
  private static final int ROOM = 40;

  /** To how many one task grows that is alone in that room. */
  private static final int SHARE = 8;

  private final TestKernel kernel = new TestKernel(Pool.STANDARD, new DescriptorRoom(ROOM));
  private final Peer service = kernel.peer();
  private final Peer greedy = kernel.peer();

  MixedDescriptorsTest() throws LinuxException {}

  @AfterEach
  void nothingIsLeft() throws LinuxException {
    try (kernel;
        service) {
      greedy.close();
      while (kernel.tasks() > 1 || kernel.waitingDescriptors() > 0) {
        service.type(service.bootstrap());
      }
    }
  }

  private KernelFrame connect(Peer client) throws LinuxException {
    return client.ask(KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap()));
  }

  /** A connection that nobody takes: one. */
  private void connected() throws LinuxException {
    assertThat(connect(greedy).result()).isZero();
    greedy.takeDescriptor().close();
  }

  private KernelFrame create() throws LinuxException {
    return greedy.ask(KernelOperation.MEMORY_CREATE, new WireWriter().i64(1));
  }

  /** Memory that is not sealed yet: one. */
  private WireWriter created() throws LinuxException {
    KernelFrame made = create();
    assertThat(made.result()).isZero();
    greedy.takeDescriptor().close();
    return new WireWriter().i64(Peer.long64(made.body()));
  }

  /** Memory in a message to itself that it has not received: one. */
  private KernReturn send(int port) throws LinuxException {
    OutgoingMessage message =
        new OutgoingMessage(
            0,
            new PortDescriptor(port, Disposition.MAKE_SEND),
            Optional.empty(),
            1,
            List.of(),
            new byte[0]);
    MessageBody body = MessageBody.of(new MessagePart.Memory(1, false));
    try (MemoryFile memory = MemoryFile.sealedCopy("mixed", new byte[1])) {
      raw(
          KernelOperation.MESSAGE_SEND_OPTIONS,
          new ComplexMessage(0, message, body).toBytes(),
          memory.descriptor());
    }
    return KernReturn.of(greedy.reply().result()).orElseThrow();
  }

  private void raw(KernelOperation operation, byte[] body, Descriptor file) {
    byte[] frame =
        new KernelFrame(operation.number(), KernelFrame.REQUEST, 1, 0, 0, body).toBytes();
    assertThat(greedy.raw(frame, file)).isPositive();
  }

  /** A right on its way over a connection: one, if the kernel keeps it. */
  private void deposit(long connection, long sequence, Ticket ticket) throws LinuxException {
    MessagePlace place = new MessagePlace(connection, ConnectionSide.CLIENT, sequence);
    RightsDeposit deposit =
        new RightsDeposit(place, List.of(new RightsDeposit.Slot(ticket, Optional.empty())));
    try (MemoryFile memory = MemoryFile.sealedCopy("mixed", new byte[1])) {
      raw(KernelOperation.RIGHTS_DEPOSIT, deposit.toBytes(), memory.descriptor());
    }
  }

  private KernelFrame redeem(long connection, long sequence, Ticket ticket) throws LinuxException {
    MessagePlace place = new MessagePlace(connection, ConnectionSide.SERVICE, sequence);
    RightsClaim claim = new RightsClaim(place, List.of(ticket));
    return service.ask(KernelOperation.RIGHTS_REDEEM, new WireWriter().fixed(claim.toBytes()));
  }

  private static void assertRefused(KernelFrame reply, ErrorCode code)
      throws MalformedFrameException {
    assertThat(ErrorCode.of(reply.result())).contains(code);
    assertThat(new WireReader(reply.body()).string("detail", 4096))
        .contains("outside[task-", "the kernel holds %d descriptors for it".formatted(SHARE));
  }

  @Test
  void allKindsAreOneShare() throws Exception {
    int port = greedy.port();
    KernelFrame taken = connect(greedy);
    long link = Peer.long64(taken.body());
    greedy.takeDescriptor().close();
    service.receive(service.bootstrapReceive());
    service.takeDescriptor().close();
    assertThat(kernel.waitingDescriptors()).isZero();

    connected();
    connected();
    WireWriter first = created();
    WireWriter second = created();
    assertThat(send(port)).isEqualTo(KernReturn.SUCCESS);
    assertThat(send(port)).isEqualTo(KernReturn.SUCCESS);
    WireWriter entry = new WireWriter().fixed(first.toBytes()).u8(1);
    int name = greedy.number(KernelOperation.MEMORY_ENTRY, entry);
    Ticket good = new Ticket(TicketKind.MEMORY, 1, 2);
    deposit(link, 1, good);
    deposit(link, 2, good);
    assertThat(greedy.type(port)).isPositive();
    assertThat(kernel.waitingDescriptors()).isEqualTo(SHARE);

    assertRefused(connect(greedy), ErrorCode.LIMIT_CONNECTIONS);
    assertRefused(create(), ErrorCode.LIMIT_DESCRIPTORS);
    assertThat(send(port)).isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    deposit(link, 3, good);
    assertRefused(redeem(link, 3, good), ErrorCode.LIMIT_DESCRIPTORS);
    assertThat(kernel.waitingDescriptors()).isEqualTo(SHARE);

    try (Peer modest = kernel.peer()) {
      assertThat(connect(modest).result()).as("another has its own").isZero();
      modest.takeDescriptor().close();
    }
    assertThat(redeem(link, 1, good).result()).isZero();
    service.takeDescriptor().close();
    assertThat(redeem(link, 2, good).result()).isZero();
    service.takeDescriptor().close();
    assertThat(greedy.ask(KernelOperation.MEMORY_SEAL, second).result()).isZero();
    assertThat(greedy.deallocate(name)).isEqualTo(KernReturn.SUCCESS);
    assertThat(greedy.destroy(port)).isEqualTo(KernReturn.SUCCESS);
    while (kernel.waitingDescriptors() > 2) {
      greedy.type(greedy.bootstrap());
    }
    for (int i = 2; i < SHARE; i++) {
      created();
    }
    assertRefused(create(), ErrorCode.LIMIT_DESCRIPTORS);
  }

  @Test
  void oneKindAloneIsAShareToo() throws Exception {
    int port = greedy.port();
    greedy.queueLimit(port, 100);
    for (int i = 0; i < SHARE; i++) {
      assertThat(send(port)).isEqualTo(KernReturn.SUCCESS);
    }
    assertThat(send(port)).isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    assertThat(kernel.waitingDescriptors()).isEqualTo(SHARE);
  }
}
