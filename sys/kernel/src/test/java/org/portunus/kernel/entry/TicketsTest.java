// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/** Rights that two ends of a connection give each other by tickets. */
class TicketsTest {
  private TestKernel kernel;
  private final Peer service;
  private final Peer client;
  private final long link;
  private long secrets;

  TicketsTest() throws Exception {
    kernel = new TestKernel();
    service = kernel.peer();
    client = kernel.peer();
    link = connect(kernel, service, client);
  }

  @AfterEach
  void end() {
    kernel.close();
    service.close();
    client.close();
  }

  private static long connect(TestKernel kernel, Peer service, Peer client) throws Exception {
    KernelFrame made =
        client.ask(KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap()));
    assertThat(made.result()).isZero();
    client.takeDescriptor().close();
    long number = new WireReader(made.body()).i64("connection");
    service.receive(service.bootstrapReceive());
    service.takeDescriptor().close();
    assertThat(kernel.connections()).isPositive();
    return number;
  }

  private static MessagePlace at(long connection, ConnectionSide side, long sequence) {
    return new MessagePlace(connection, side, sequence);
  }

  private MessagePlace ofClient(long sequence) {
    return at(link, ConnectionSide.CLIENT, sequence);
  }

  private MessagePlace ofService(long sequence) {
    return at(link, ConnectionSide.SERVICE, sequence);
  }

  private Ticket ticket(TicketKind kind) {
    secrets += 2;
    return new Ticket(kind, secrets, secrets + 1);
  }

  private static Descriptor file() throws LinuxException {
    return Descriptor.open(Path.of("/proc/version"), OpenFlag.READ_ONLY, 0);
  }

  private static void deposit(Peer by, MessagePlace place, List<RightsDeposit.Slot> slots)
      throws LinuxException {
    List<Descriptor> files = new ArrayList<>();
    for (RightsDeposit.Slot slot : slots) {
      switch (slot.ticket().kind()) {
        case FILE -> files.add(file());
        case MEMORY -> files.add(MemoryFile.sealedCopy("test", new byte[] {5}).descriptor());
        case PORT -> {}
      }
    }
    deposit(by, place, slots, files);
  }

  private static void deposit(
      Peer by, MessagePlace place, List<RightsDeposit.Slot> slots, List<Descriptor> files) {
    byte[] body = new RightsDeposit(place, slots).toBytes();
    byte[] frame =
        new KernelFrame(
                KernelOperation.RIGHTS_DEPOSIT.number(),
                KernelFrame.REQUEST,
                files.size(),
                0,
                0,
                body)
            .toBytes();
    assertThat(by.raw(frame, files.toArray(Descriptor[]::new))).isPositive();
    files.forEach(Descriptor::close);
  }

  private static RightsDeposit.Slot slot(Ticket ticket) {
    return new RightsDeposit.Slot(ticket, Optional.empty());
  }

  private static RightsDeposit.Slot slot(Ticket ticket, int name, Disposition disposition) {
    return new RightsDeposit.Slot(ticket, Optional.of(new PortDescriptor(name, disposition)));
  }

  private Ticket depositFile(Peer by, MessagePlace place) throws LinuxException {
    Ticket ticket = ticket(TicketKind.FILE);
    deposit(by, place, List.of(slot(ticket)));
    return ticket;
  }

  private Ticket depositPort(Peer by, MessagePlace place, int name, Disposition disposition)
      throws LinuxException {
    Ticket ticket = ticket(TicketKind.PORT);
    deposit(by, place, List.of(slot(ticket, name, disposition)));
    return ticket;
  }

  private static KernelFrame redeem(Peer by, MessagePlace place, Ticket... tickets)
      throws LinuxException {
    return by.ask(
        KernelOperation.RIGHTS_REDEEM,
        new WireWriter().fixed(new RightsClaim(place, List.of(tickets)).toBytes()));
  }

  private static List<PortDescriptor> ports(KernelFrame reply) throws MalformedFrameException {
    assertThat(reply.result()).isZero();
    return PortDescriptor.readAll(new WireReader(reply.body()));
  }

  private static ErrorCode refusal(KernelFrame reply) {
    return ErrorCode.of(reply.result()).orElseThrow();
  }

  private static void request(Peer task, int name, NotificationKind kind, int at)
      throws LinuxException {
    // Not before a right was made.
    int sync = kind == NotificationKind.NO_SENDERS ? 1 : 0;
    WireWriter body = new WireWriter().i32(name).u8(kind.number()).i32(sync).u8(1);
    body.i32(at).u8(Disposition.MAKE_SEND_ONCE.number());
    assertThat(task.result(KernelOperation.PORT_REQUEST_NOTIFICATION, body))
        .isEqualTo(KernReturn.SUCCESS);
  }

  private static void exactlyOnce(Peer task, int at, NotificationKind kind) throws LinuxException {
    assertThat(task.receive(at).id()).isEqualTo(kind.number());
    assertThat(task.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
  }

  /** Both ends hear that the connection is over, and it is. */
  private void assertDead(String what) throws Exception {
    for (Peer end : List.of(client, service)) {
      KernelFrame event = end.event();
      assertThat(event.operation()).isEqualTo(KernelOperation.CONNECTION_ENDED.number());
      WireReader in = new WireReader(event.body());
      assertThat(in.i64("connection")).isEqualTo(link);
      assertThat(ErrorCode.of(in.i32("error"))).contains(ErrorCode.PROTOCOL);
      assertThat(in.string("why", 4096)).contains(what);
    }
    assertThat(kernel.connections()).isZero();
    assertThat(kernel.waitingRights()).isZero();
    assertThat(kernel.waitingDescriptors()).isZero();
    assertThat(kernel.counts().carried()).isEqualTo(1);
    assertThat(kernel.violations()).hasSize(1).first().asString().contains(what, link + " by ");
    assertThat(kernel.tasks()).as("nobody dies of it").isEqualTo(2);
  }

  // The honest path.

  @Test
  void everyKindTravelsInBothDirections() throws Exception {
    for (ConnectionSide from : ConnectionSide.values()) {
      Peer giver = from == ConnectionSide.CLIENT ? client : service;
      Peer taker = from == ConnectionSide.CLIENT ? service : client;
      int port = giver.port();
      Ticket file = ticket(TicketKind.FILE);
      Ticket memory = ticket(TicketKind.MEMORY);
      Ticket right = ticket(TicketKind.PORT);
      deposit(
          giver,
          at(link, from, 64),
          List.of(slot(right, port, Disposition.MAKE_SEND), slot(memory), slot(file)));
      KernelFrame reply = redeem(taker, at(link, from.other(), 64), right, memory, file);
      PortDescriptor got = ports(reply).getFirst();
      assertThat(got.disposition()).isEqualTo(Disposition.MOVE_SEND);
      assertThat(taker.type(got.name())).isEqualTo(RightKind.SEND.typeBit());
      assertThat(taker.send(0, new PortDescriptor(got.name(), Disposition.COPY_SEND), 177))
          .isEqualTo(KernReturn.SUCCESS);
      assertThat(giver.receive(port).id()).isEqualTo(177);
      try (Descriptor first = taker.takeDescriptor();
          Descriptor second = taker.takeDescriptor()) {
        assertThat(MemoryFile.sealBits(first.raw()) & MemoryFile.FULLY_SEALED)
            .isEqualTo(MemoryFile.FULLY_SEALED);
        assertThat(second.target()).isEqualTo("/proc/version");
      }
    }
    assertThat(kernel.waitingRights()).isZero();
    assertThat(kernel.waitingDescriptors()).isZero();
    assertThat(kernel.timers()).isZero();
  }

  @Test
  void everyDispositionArrives() throws Exception {
    int port = client.port();
    client.insert(0x5003, port, Disposition.MAKE_SEND_ONCE);
    Ticket once = depositPort(client, ofClient(0), 0x5003, Disposition.MOVE_SEND_ONCE);
    Ticket made = depositPort(client, ofClient(64), port, Disposition.MAKE_SEND_ONCE);
    Ticket moved = depositPort(client, ofClient(128), port, Disposition.MOVE_RECEIVE);
    int first = ports(redeem(service, ofService(0), once)).getFirst().name();
    int second = ports(redeem(service, ofService(64), made)).getFirst().name();
    int receive = ports(redeem(service, ofService(128), moved)).getFirst().name();
    assertThat(service.refs(first, RightKind.SEND_ONCE)).isEqualTo(1);
    assertThat(service.refs(second, RightKind.SEND_ONCE)).isEqualTo(1);
    service.send(0, new PortDescriptor(first, Disposition.MOVE_SEND_ONCE), 5);
    assertThat(service.receive(receive).id()).isEqualTo(5);
  }

  @Test
  void aDepositThatIsStillInTheOthersSocketIsFound() throws Exception {
    for (int i = 0; i < 200; i++) {
      long sequence = 64L * i;
      for (int k = 0; k < 20; k++) {
        client.tell(KernelOperation.PORT_TYPE, new WireWriter().i32(client.bootstrap()));
      }
      Ticket ticket = depositFile(client, ofClient(sequence));
      assertThat(redeem(service, ofService(sequence), ticket).result()).isZero();
      service.takeDescriptor().close();
      for (int k = 0; k < 20; k++) {
        assertThat(client.reply().result()).isZero();
      }
    }
    assertThat(kernel.violations()).isEmpty();
  }

  @Test
  void aPortThatDiedOnTheWayIsADeadName() throws Exception {
    int port = client.port();
    Ticket ticket = depositPort(client, ofClient(0), port, Disposition.MAKE_SEND);
    client.destroy(port);
    assertThat(ports(redeem(service, ofService(0), ticket)).getFirst().name())
        .isEqualTo(MachLimits.NAME_DEAD);
  }

  @Test
  void whatIsNoRightOfItsKindIsATypedErrorForWhoRedeemsIt() throws Exception {
    Ticket writable = ticket(TicketKind.FILE);
    deposit(
        client,
        ofClient(0),
        List.of(slot(writable)),
        List.of(Descriptor.open(Path.of("/dev/null"), OpenFlag.READ_WRITE, 0)));
    assertThat(refusal(redeem(service, ofService(0), writable))).isEqualTo(ErrorCode.RIGHT_REFUSED);
    Ticket path = ticket(TicketKind.FILE);
    deposit(
        client,
        ofClient(64),
        List.of(slot(path)),
        List.of(Descriptor.open(Path.of("/"), OpenFlag.PATH, 0)));
    assertThat(refusal(redeem(service, ofService(64), path))).isEqualTo(ErrorCode.RIGHT_REFUSED);
    Ticket unsealed = ticket(TicketKind.MEMORY);
    deposit(
        client,
        ofClient(128),
        List.of(slot(unsealed)),
        List.of(MemoryFile.create("unsealed").descriptor()));
    assertThat(refusal(redeem(service, ofService(128), unsealed)))
        .isEqualTo(ErrorCode.RIGHT_REFUSED);
    Ticket noName = depositPort(client, ofClient(192), 0x7703, Disposition.COPY_SEND);
    assertThat(refusal(redeem(service, ofService(192), noName))).isEqualTo(ErrorCode.RIGHT_REFUSED);
    assertThat(kernel.waitingDescriptors()).isZero();
    assertThat(kernel.connections()).as("the connection goes on").isEqualTo(1);
  }

  // Wrong redemptions.

  @Test
  void aForgedTicketEndsTheConnection() throws Exception {
    Ticket real = depositFile(client, ofClient(0));
    Ticket forged = new Ticket(TicketKind.FILE, real.high(), real.low() ^ 1);
    assertThat(refusal(redeem(service, ofService(0), forged))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void aTicketWithoutADepositEndsTheConnection() throws Exception {
    KernelFrame reply = redeem(service, ofService(0), ticket(TicketKind.PORT));
    assertThat(refusal(reply)).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void aReplayedTicketEndsTheConnection() throws Exception {
    Ticket ticket = depositFile(client, ofClient(0));
    assertThat(redeem(service, ofService(0), ticket).result()).isZero();
    service.takeDescriptor().close();
    assertThat(refusal(redeem(service, ofService(0), ticket))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void aTicketAtAnotherPositionEndsTheConnection() throws Exception {
    depositFile(client, ofClient(0));
    Ticket second = depositFile(client, ofClient(64));
    assertThat(refusal(redeem(service, ofService(0), second))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void ticketsInOtherSlotsEndTheConnection() throws Exception {
    Ticket first = ticket(TicketKind.FILE);
    Ticket second = ticket(TicketKind.FILE);
    deposit(client, ofClient(0), List.of(slot(first), slot(second)));
    assertThat(refusal(redeem(service, ofService(0), second, first))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void aGoodTicketAtTheEndMakesUpForNothing() throws Exception {
    Ticket last = ticket(TicketKind.FILE);
    deposit(client, ofClient(0), List.of(slot(ticket(TicketKind.FILE)), slot(last)));
    assertThat(refusal(redeem(service, ofService(0), last, last))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void oneTicketOfTwoEndsTheConnection() throws Exception {
    Ticket first = ticket(TicketKind.FILE);
    deposit(client, ofClient(0), List.of(slot(first), slot(ticket(TicketKind.FILE))));
    assertThat(refusal(redeem(service, ofService(0), first))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void aTicketOfAnotherKindEndsTheConnection() throws Exception {
    Ticket memory = ticket(TicketKind.MEMORY);
    deposit(client, ofClient(0), List.of(slot(memory)));
    Ticket asFile = new Ticket(TicketKind.FILE, memory.high(), memory.low());
    assertThat(refusal(redeem(service, ofService(0), asFile))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void theDepositorCantRedeemItsOwnTicket() throws Exception {
    Ticket ticket = depositFile(client, ofClient(0));
    assertThat(refusal(redeem(client, ofClient(0), ticket))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("did not deposit");
  }

  @Test
  void anEndThatSpeaksAsTheOtherEndsTheConnection() throws Exception {
    Ticket ticket = depositFile(client, ofClient(0));
    assertThat(refusal(redeem(client, ofService(0), ticket))).isEqualTo(ErrorCode.PROTOCOL);
    assertDead("one end spoke as the other");
  }

  @Test
  void aTicketOfAnotherConnectionEndsTheConnectionOfWhoShowsIt() throws Exception {
    Peer third = kernel.peer();
    long other = connect(kernel, service, third);
    Ticket ticket = depositFile(third, at(other, ConnectionSide.CLIENT, 0));
    assertThat(refusal(redeem(service, ofService(0), ticket))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(client.event().operation()).isEqualTo(KernelOperation.CONNECTION_ENDED.number());
    KernelFrame rightful = redeem(service, at(other, ConnectionSide.SERVICE, 0), ticket);
    assertThat(rightful.result()).as("the other connection goes on").isZero();
    third.close();
  }

  @Test
  void aStrangerLearnsNothingAndEndsNothing() throws Exception {
    Peer stranger = kernel.peer();
    Ticket ticket = depositFile(client, ofClient(0));
    assertThat(refusal(redeem(stranger, ofService(0), ticket))).isEqualTo(ErrorCode.INVALID);
    assertThat(refusal(redeem(stranger, at(99, ConnectionSide.SERVICE, 0), ticket)))
        .isEqualTo(ErrorCode.INVALID);
    deposit(stranger, ofClient(64), List.of(slot(ticket(TicketKind.FILE))));
    assertThat(redeem(service, ofService(0), ticket).result()).isZero();
    assertThat(kernel.waitingDescriptors()).isZero();
    assertThat(kernel.violations()).isEmpty();
    stranger.close();
  }

  // Limits.

  @Test
  void oneRightTooManyEndsTheConnection() throws Exception {
    for (int i = 0; i < Tickets.MAX_WAITING; i++) {
      depositFile(client, ofClient(64L * i));
    }
    KernelFrame waiting =
        client.ask(KernelOperation.RIGHTS_WAITING, new WireWriter().fixed(ofClient(0).toBytes()));
    assertThat(new WireReader(waiting.body()).i32("waiting")).isEqualTo(Tickets.MAX_WAITING);
    assertThat(kernel.waitingDescriptors()).isEqualTo(Tickets.MAX_WAITING);
    depositFile(client, ofClient(64L * Tickets.MAX_WAITING));
    assertDead("more than 64 rights");
  }

  @Test
  void aTaskHasFewOverAllItsConnections() throws Exception {
    List<Long> links = new ArrayList<>(List.of(link));
    for (int i = 0; i < 4; i++) {
      links.add(connect(kernel, service, client));
    }
    Ticket last = ticket(TicketKind.FILE);
    for (long number : links) {
      for (int i = 0; i < Tickets.MAX_WAITING; i++) {
        last =
            depositPort(
                client,
                at(number, ConnectionSide.CLIENT, 64L * i),
                client.bootstrap(),
                Disposition.COPY_SEND);
      }
    }
    MessagePlace place =
        at(links.getLast(), ConnectionSide.SERVICE, 64L * (Tickets.MAX_WAITING - 1));
    KernelFrame reply = redeem(service, place, last);
    assertThat(refusal(reply)).isEqualTo(ErrorCode.LIMIT_PORTS);
    assertThat(new WireReader(reply.body()).string("detail", 4096)).startsWith("outside[task-");
    assertThat(kernel.waitingRights()).isEqualTo(Tickets.MAX_OF_TASK);
    assertThat(kernel.violations()).isEmpty();
  }

  @Test
  void aDepositAtAnOldPositionEndsTheConnection() throws Exception {
    Ticket ticket = depositFile(client, ofClient(64));
    assertThat(redeem(service, ofService(64), ticket).result()).isZero();
    service.takeDescriptor().close();
    depositFile(client, ofClient(64));
    assertDead("at or before the last one");
  }

  @Test
  void aFrameThatIsNotAsDrawnEndsItsSenderOnly() throws Exception {
    byte[] body = new RightsDeposit(ofClient(0), List.of(slot(ticket(TicketKind.FILE)))).toBytes();
    client.tell(KernelOperation.RIGHTS_DEPOSIT, new WireWriter().fixed(body));
    client.awaitEnd();
    assertThat(service.type(service.bootstrapReceive())).isNotZero();
  }

  // Going home.

  @Test
  void whatNobodyTakesGoesHomeWithItsNotifications() throws Exception {
    end();
    try (TestKernel brief = new TestKernel(Duration.ofMillis(1));
        Peer taker = brief.peer();
        Peer giver = brief.peer()) {
      long number = connect(brief, taker, giver);
      int port = giver.port();
      int at = giver.port();
      request(giver, port, NotificationKind.NO_SENDERS, at);
      int moved = giver.port();
      request(giver, moved, NotificationKind.PORT_DESTROYED, at);
      Ticket send = ticket(TicketKind.PORT);
      Ticket once = ticket(TicketKind.PORT);
      Ticket receive = ticket(TicketKind.PORT);
      Ticket file = ticket(TicketKind.FILE);
      deposit(
          giver,
          at(number, ConnectionSide.CLIENT, 0),
          List.of(
              slot(send, port, Disposition.MAKE_SEND),
              slot(once, port, Disposition.MAKE_SEND_ONCE),
              slot(receive, moved, Disposition.MOVE_RECEIVE),
              slot(file)));
      List<Integer> told = List.of(giver.receive(at).id(), giver.receive(at).id());
      assertThat(told)
          .containsExactlyInAnyOrder(
              NotificationKind.NO_SENDERS.number(), NotificationKind.PORT_DESTROYED.number());
      exactlyOnce(giver, port, NotificationKind.SEND_ONCE);
      assertThat(giver.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
      assertThat(brief.waitingRights()).isZero();
      assertThat(brief.waitingDescriptors()).isZero();
      KernelFrame late =
          redeem(taker, at(number, ConnectionSide.SERVICE, 0), send, once, receive, file);
      assertThat(refusal(late)).as("late is no forgery").isEqualTo(ErrorCode.RIGHT_REFUSED);
      assertThat(brief.connections()).isEqualTo(1);
    }
  }

  @Test
  void theDepositorDiesFirst() throws Exception {
    int watched = service.port();
    service.insert(watched, watched, Disposition.MAKE_SEND);
    int at = service.port();
    PortDescriptor toService = new PortDescriptor(watched, Disposition.MOVE_SEND);
    Ticket given = ticket(TicketKind.PORT);
    deposit(service, ofService(0), List.of(new RightsDeposit.Slot(given, Optional.of(toService))));
    int name = ports(redeem(client, ofClient(0), given)).getFirst().name();
    request(service, watched, NotificationKind.NO_SENDERS, at);
    Ticket back = depositPort(client, ofClient(0), name, Disposition.MOVE_SEND);
    assertThat(service.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    client.close();
    exactlyOnce(service, at, NotificationKind.NO_SENDERS);
    assertThat(refusal(redeem(service, ofService(0), back))).isEqualTo(ErrorCode.INVALID);
    assertThat(kernel.waitingRights()).isZero();
  }

  @Test
  void theRedeemerDies() throws Exception {
    int port = client.port();
    int at = client.port();
    request(client, port, NotificationKind.NO_SENDERS, at);
    deposit(
        client,
        ofClient(0),
        List.of(
            slot(ticket(TicketKind.PORT), port, Disposition.MAKE_SEND),
            slot(ticket(TicketKind.FILE))));
    assertThat(client.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    service.close();
    exactlyOnce(client, at, NotificationKind.NO_SENDERS);
    assertThat(kernel.waitingRights()).isZero();
    assertThat(kernel.waitingDescriptors()).isZero();
  }

  @Test
  void theClientCloses() throws Exception {
    int port = client.port();
    int at = client.port();
    request(client, port, NotificationKind.NO_SENDERS, at);
    Ticket ticket = depositPort(client, ofClient(0), port, Disposition.MAKE_SEND);
    assertThat(client.poll(at)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    client.ask(KernelOperation.CONNECTION_CLOSED, new WireWriter().i64(link));
    assertThat(kernel.waitingRights()).as("not only after 10 s").isZero();
    exactlyOnce(client, at, NotificationKind.NO_SENDERS);
    assertThat(refusal(redeem(service, ofService(0), ticket))).isEqualTo(ErrorCode.INVALID);
    assertThat(kernel.violations()).isEmpty();
    assertThat(kernel.timers()).isZero();
  }

  @Test
  void aMessageThatWasNotSentGivesItsRightsBack() throws Exception {
    int port = client.port();
    client.insert(port, port, Disposition.MAKE_SEND);
    client.send(0, new PortDescriptor(port, Disposition.COPY_SEND), 9);
    Ticket ticket = depositPort(client, ofClient(0), port, Disposition.MOVE_RECEIVE);
    assertThat(client.type(port)).isEqualTo(RightKind.SEND.typeBit());
    KernelFrame back =
        client.ask(KernelOperation.RIGHTS_WITHDRAW, new WireWriter().fixed(ofClient(0).toBytes()));
    assertThat(ports(back).getFirst().name()).isEqualTo(port);
    IncomingMessage kept = client.receive(port);
    assertThat(kept.id()).as("with its queue").isEqualTo(9);
    assertThat(refusal(redeem(service, ofService(0), ticket))).isEqualTo(ErrorCode.PROTOCOL);
  }

  @Test
  void aMessageThatWasDroppedLetsItsRightsGo() throws Exception {
    int port = client.port();
    int at = client.port();
    request(client, port, NotificationKind.NO_SENDERS, at);
    depositPort(client, ofClient(0), port, Disposition.MAKE_SEND);
    assertThat(client.type(port)).isNotZero();
    service.raw(
        new KernelFrame(
                KernelOperation.RIGHTS_DISCARD.number(),
                KernelFrame.REQUEST,
                0,
                0,
                0,
                ofService(0).toBytes())
            .toBytes());
    exactlyOnce(client, at, NotificationKind.NO_SENDERS);
  }
}
