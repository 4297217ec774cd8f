// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.LinkMessage;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** Links between tasks that write their frames by hand, with descriptors and mappings counted. */
class LinksTest {
  private static final String MEMORY = "memfd:portunus-link";

  private final TestKernel kernel;
  private final LinkTask service;
  private final int before;
  private final List<Descriptor> memory = new ArrayList<>();

  LinksTest() throws LinuxException {
    kernel = new TestKernel();
    service = new LinkTask(kernel.linkPeer());
    before = kernel.waitingDescriptors();
  }

  @AfterEach
  void end() throws IOException {
    // What a row that fails has left, so that the next rows find none.
    close(memory);
    try (kernel) {
      service.close();
      awaitLinks(0);
      awaitNoneHeld();
    }
  }

  private LinkTask client() throws LinuxException {
    return new LinkTask(kernel.linkPeer());
  }

  private static KernelFrame connect(LinkTask client) throws LinuxException {
    return client.peer.ask(KernelOperation.CONNECT, new WireWriter().i32(client.peer.bootstrap()));
  }

  /** Connects, and closes the socket and keeps the memory's descriptor in the list. */
  private LinkTask.End connected(LinkTask client) throws LinuxException {
    KernelFrame reply = connect(client);
    assertThat(reply.result()).isZero();
    assertThat(reply.descriptors()).isEqualTo(2);
    client.peer.takeDescriptor().close();
    memory.add(client.peer.takeDescriptor());
    return LinkTask.End.read(0, reply.body());
  }

  private KernelFrame open(Peer who, long connection) throws LinuxException {
    return who.ask(KernelOperation.LINK_OPEN, new WireWriter().i64(connection));
  }

  /** The service takes the next request, and its end of the link. */
  private LinkTask.End accepted() throws LinuxException {
    IncomingMessage request = service.peer.receive(service.peer.bootstrapReceive());
    service.peer.takeDescriptor().close();
    long connection = Peer.long64(request.data());
    KernelFrame reply = open(service.peer, connection);
    assertThat(reply.result()).isZero();
    memory.add(service.peer.takeDescriptor());
    return LinkTask.End.read(connection, reply.body());
  }

  private static void close(List<Descriptor> memory) {
    memory.forEach(Descriptor::close);
    memory.clear();
  }

  private void awaitLinks(int count) {
    long until = System.nanoTime() + 20_000_000_000L;
    while (kernel.links() != count) {
      assertThat(System.nanoTime()).as("%d links left", kernel.links()).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private static void assertRefused(KernelFrame reply, ErrorCode code, String... words) {
    assertThat(ErrorCode.of(reply.result())).contains(code);
    assertThat(reply.descriptors()).isZero();
    assertThat(new String(reply.body(), java.nio.charset.StandardCharsets.UTF_8)).contains(words);
  }

  /** How often this process, which is the kernel too, holds the memory of a link. */
  private static long held() throws IOException {
    long open = 0;
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : all.toList()) {
        if (Files.isSymbolicLink(each) && isLink(each)) {
          open++;
        }
      }
    }
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return open + maps.filter(line -> line.contains(MEMORY)).count();
    }
  }

  private static boolean isLink(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains(MEMORY);
    } catch (java.nio.file.NoSuchFileException closedMeanwhile) {
      return false;
    }
  }

  private static void awaitNoneHeld() throws IOException {
    awaitHeld(0);
  }

  private static void awaitHeld(long count) throws IOException {
    long until = System.nanoTime() + 20_000_000_000L;
    while (held() != count) {
      assertThat(System.nanoTime()).as("memory of links is held").isLessThan(until);
      Thread.onSpinWait();
    }
  }

  @Test
  void bothEndsHaveTheSameMemoryAndTheKernelKeepsNothing() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      assertThat(kernel.linkList().links().getFirst().state()).isEqualTo(LinkList.State.OFFERED);
      awaitHeld(2);
      LinkTask.End other = accepted();
      assertThat(client.epoch(one.place())).isEqualTo(one.epoch());
      assertThat(service.epoch(other.place())).isEqualTo(other.epoch());
      assertThat(other.right()).isZero();
      // The client's and the service's: the kernel closes what it has sent.
      awaitHeld(2);
      assertThat(kernel.waitingDescriptors()).isEqualTo(before);
      LinkList.Entry told = kernel.linkList().links().getFirst();
      assertThat(told.state()).isEqualTo(LinkList.State.DIRECT);
      assertThat(told.connection()).isEqualTo(one.connection());
      assertThat(told.capacity()).isEqualTo(one.capacity());
      assertSameMemory(memory.get(0), memory.get(1), one);
      close(memory);
      client.tell(KernelOperation.CONNECTION_CLOSED, one);
      assertThat(kernel.linkList().links().getFirst().state()).isEqualTo(LinkList.State.CLOSING);
      service.confirm(other);
      assertThat(kernel.links()).isZero();
      awaitNoneHeld();
    }
  }

  private static void assertSameMemory(Descriptor one, Descriptor other, LinkTask.End end)
      throws LinuxException {
    MemoryFile file = MemoryFile.of(one);
    int seals = Seal.GROW.bit() | Seal.SHRINK.bit() | Seal.SEAL.bit();
    assertThat(file.sealBits() & seals).isEqualTo(seals);
    assertThat(file.size()).isEqualTo(LinkLayout.size(end.capacity()));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment written =
          Mapping.mapPopulated(one, 0, file.size(), Mapping.Access.READ_WRITE, arena);
      MemorySegment read = Mapping.mapPopulated(other, 0, file.size(), Mapping.Access.READ, arena);
      assertThat(read.get(ValueLayout.JAVA_LONG, LinkLayout.MAGIC_AT)).isEqualTo(LinkLayout.MAGIC);
      assertThat(read.get(ValueLayout.JAVA_LONG, LinkLayout.LINK_AT)).isEqualTo(end.connection());
      written.set(ValueLayout.JAVA_LONG, LinkLayout.RINGS_AT, 42);
      assertThat(read.get(ValueLayout.JAVA_LONG, LinkLayout.RINGS_AT)).isEqualTo(42);
    }
  }

  @Test
  void nobodyButTheKernelWritesSeverLinkTask() throws Exception {
    Peer peer = kernel.silentPeer();
    peer.helloWithLinks();
    try (peer;
        Descriptor file = peer.takeDescriptor();
        Arena arena = Arena.ofConfined()) {
      LinuxException refusal =
          catchThrowableOfType(
              LinuxException.class,
              () ->
                  Mapping.map(
                      file,
                      0,
                      SeverLayout.SIZE,
                      Mapping.Access.READ_WRITE,
                      Mapping.Sharing.SHARED,
                      arena));
      assertThat(refusal.number()).isEqualTo(Errno.EPERM.number());
      MemoryFile words = MemoryFile.of(Descriptor.own(file.duplicate().release()));
      assertThat(
              catchThrowableOfType(LinuxException.class, () -> words.write(0, arena.allocate(8)))
                  .number())
          .isEqualTo(Errno.EPERM.number());
      assertThat(catchThrowableOfType(LinuxException.class, () -> words.truncate(0)).number())
          .isEqualTo(Errno.EPERM.number());
      words.close();
    }
  }

  @Test
  void whoShowsATicketThatNobodyDepositedLosesTheLink() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      LinkTask.End other = accepted();
      MessagePlace place = new MessagePlace(one.connection(), ConnectionSide.CLIENT, 64);
      RightsClaim forged = new RightsClaim(place, List.of(new Ticket(TicketKind.FILE, 7, 8)));
      KernelFrame reply =
          client.peer.ask(KernelOperation.RIGHTS_REDEEM, new WireWriter().fixed(forged.toBytes()));
      assertRefused(reply, ErrorCode.PROTOCOL, "did not deposit");
      for (LinkTask end : List.of(client, service)) {
        assertThat(end.peer.event().operation())
            .as("why, before that")
            .isEqualTo(KernelOperation.CONNECTION_ENDED.number());
      }
      client.assertRevoked(one);
      service.assertRevoked(other);
      client.confirm(one);
      service.confirm(other);
      kernel.awaitLog("link.revoked");
      assertThat(kernel.links()).isZero();
      assertThat(kernel.connections()).isZero();
    }
    close(memory);
  }

  @Test
  void theServiceOfALinkThatIsSeveredAlreadyIsToldThatItIsGone() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      IncomingMessage request = service.peer.receive(service.peer.bootstrapReceive());
      service.peer.takeDescriptor().close();
      assertThat(Peer.long64(request.data())).isEqualTo(one.connection());
      MessagePlace place = new MessagePlace(one.connection(), ConnectionSide.CLIENT, 64);
      RightsClaim forged = new RightsClaim(place, List.of(new Ticket(TicketKind.FILE, 7, 8)));
      KernelFrame reply =
          client.peer.ask(KernelOperation.RIGHTS_REDEEM, new WireWriter().fixed(forged.toBytes()));
      assertRefused(reply, ErrorCode.PROTOCOL, "did not deposit");
      assertRefused(open(service.peer, one.connection()), ErrorCode.INVALID, "no link");
      assertThat(client.peer.event().operation())
          .isEqualTo(KernelOperation.CONNECTION_ENDED.number());
      client.assertRevoked(one);
      client.confirm(one);
    }
    close(memory);
  }

  @Test
  void onlyTheServiceGetsTheOtherEndAndOnce() throws Exception {
    try (LinkTask client = client();
        LinkTask stranger = client()) {
      LinkTask.End one = connected(client);
      assertRefused(open(client.peer, one.connection()), ErrorCode.DENIED, "not the service");
      assertRefused(open(stranger.peer, one.connection()), ErrorCode.DENIED, "not the service");
      assertRefused(open(service.peer, one.connection()), ErrorCode.DENIED, "not the service");
      LinkTask.End other = accepted();
      assertRefused(open(service.peer, one.connection()), ErrorCode.DENIED, "asked before");
      assertRefused(open(stranger.peer, one.connection()), ErrorCode.DENIED, "not the service");
      kernel.awaitLog("link.refused");
      assertRefused(open(service.peer, 777), ErrorCode.INVALID, "777");
      stranger.tell(KernelOperation.LINK_CLOSED, one);
      stranger.tell(KernelOperation.CONNECTION_CLOSED, one);
      service.tell(KernelOperation.CONNECTION_CLOSED, other);
      assertThat(kernel.links()).as("the service's CONNECTION_CLOSED is its confirmation").isOne();
      assertThat(kernel.linkList().links().getFirst().state()).isEqualTo(LinkList.State.CLOSING);
      assertRefused(open(service.peer, one.connection()), ErrorCode.DENIED, "asked before");
      client.tell(KernelOperation.CONNECTION_CLOSED, one);
      assertRefused(open(service.peer, one.connection()), ErrorCode.INVALID, "no link");
      assertThat(kernel.links()).isZero();
    }
    close(memory);
  }

  @Test
  void aRevokedLinkEndsWhenBothHaveConfirmed() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      LinkTask.End other = accepted();
      assertThat(kernel.revoke(one.connection())).isTrue();
      client.assertRevoked(one);
      service.assertRevoked(other);
      assertThat(kernel.revoke(one.connection())).as("a second time").isFalse();
      assertThat(client.peer.type(one.right())).isEqualTo(RightKind.DEAD_NAME.typeBit());
      client.confirm(one);
      service.confirm(other);
      assertThat(kernel.links()).isZero();
      assertThat(kernel.timers()).as("nobody is to be ended").isZero();
      assertThat(kernel.revoke(one.connection())).isFalse();
    }
    close(memory);
  }

  @Test
  void anEndThatDoesNotConfirmIsEndedAndTheOtherLives() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      LinkTask.End other = accepted();
      long begun = System.nanoTime();
      assertThat(kernel.revoke(one.connection())).isTrue();
      service.assertRevoked(other);
      service.confirm(other);
      client.peer.awaitEnd();
      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(100_000_000);
      kernel.awaitLog("link.unconfirmed");
      awaitLinks(0);
      assertThat(service.peer.port()).as("the service lives").isPositive();
    }
    close(memory);
    awaitNoneHeld();
  }

  @Test
  void whoeverHoldsTheRightRevokes() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      LinkTask.End other = accepted();
      PortDescriptor right = new PortDescriptor(one.right(), Disposition.COPY_SEND);
      assertThat(client.peer.send(0, right, LinkMessage.REVOKE + 1)).isEqualTo(KernReturn.SUCCESS);
      assertThat(kernel.linkList().links().getFirst().state()).isEqualTo(LinkList.State.DIRECT);
      // The service's task gets the right, and uses it.
      assertThat(
              client.peer.send(
                  0, new PortDescriptor(client.peer.bootstrap(), Disposition.COPY_SEND), 5, right))
          .isEqualTo(KernReturn.SUCCESS);
      IncomingMessage carried = service.peer.receive(service.peer.bootstrapReceive());
      int moved = carried.ports().getFirst().name();
      assertThat(
              service.peer.send(
                  0, new PortDescriptor(moved, Disposition.COPY_SEND), LinkMessage.REVOKE))
          .isEqualTo(KernReturn.SUCCESS);
      client.assertRevoked(one);
      service.assertRevoked(other);
      client.confirm(one);
      service.confirm(other);
      assertThat(service.peer.type(moved)).isEqualTo(RightKind.DEAD_NAME.typeBit());
      assertThat(kernel.links()).isZero();
    }
    close(memory);
  }

  @Test
  void theRightDiesWithTheConnection() throws Exception {
    int ports = kernel.counts().ports();
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      assertThat(kernel.counts().ports()).isEqualTo(ports + 1);
      client.tell(KernelOperation.CONNECTION_CLOSED, one);
      assertThat(client.peer.type(one.right())).isEqualTo(RightKind.DEAD_NAME.typeBit());
      assertThat(kernel.counts().ports()).isEqualTo(ports);
      assertThat(client.peer.deallocate(one.right())).isEqualTo(KernReturn.SUCCESS);
    }
    close(memory);
  }

  @Test
  void aPlaceIsUsedAgainWithAnotherEpoch() throws Exception {
    try (LinkTask client = client()) {
      Set<Integer> epochs = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        LinkTask.End one = connected(client);
        LinkTask.End other = accepted();
        assertThat(one.place()).isZero();
        assertThat(other.place()).isZero();
        assertThat(epochs.add(one.epoch())).as("epoch %d is new", one.epoch()).isTrue();
        if (i % 2 == 0) {
          assertThat(kernel.revoke(one.connection())).isTrue();
          assertThat(client.epoch(0)).isEqualTo(SeverLayout.NO_LINK);
        }
        client.tell(KernelOperation.CONNECTION_CLOSED, one);
        service.confirm(other);
        assertThat(client.epoch(0)).isEqualTo(SeverLayout.NO_LINK);
        close(memory);
      }
      assertThat(kernel.links()).isZero();
    }
  }

  @Test
  void aPlaceWhoseRevocationWaitsIsNotUsedAgain() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      LinkTask.End other = accepted();
      assertThat(kernel.revoke(one.connection())).isTrue();
      LinkTask.End next = connected(client);
      assertThat(next.place()).isNotEqualTo(one.place());
      client.confirm(one);
      service.confirm(other);
      assertThat(connected(client).place()).isEqualTo(one.place());
    }
    close(memory);
  }

  @Test
  void aClientThatIsGoneLeavesTheServiceTimeThenItsMemoryIsTaken() throws Exception {
    LinkTask client = client();
    LinkTask.End prompt = connected(client);
    accepted();
    connected(client);
    LinkTask.End held = accepted();
    client.close();
    awaitClosing();
    service.confirm(prompt);
    assertThat(kernel.links()).isOne();
    close(memory);
    // It keeps what the client pays for: it is told after 5 s, and ended if it does not hear.
    service.assertRevoked(held);
    service.peer.awaitEnd();
    kernel.awaitLog("link.unconfirmed");
    awaitLinks(0);
    assertThat(kernel.tasks()).isZero();
    awaitNoneHeld();
  }

  private void awaitClosing() {
    while (!kernel.linkList().links().stream()
        .allMatch(link -> link.state() == LinkList.State.CLOSING)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aServiceThatIsGoneLeavesTheClientItsOwnTime() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      accepted();
      service.close();
      awaitClosing();
      assertThat(kernel.timers()).as("the memory is its own").isZero();
      client.tell(KernelOperation.CONNECTION_CLOSED, one);
      assertThat(kernel.links()).isZero();
    }
    close(memory);
    awaitNoneHeld();
  }

  @Test
  void linksThatNoServiceTakesAreFew() throws Exception {
    service.peer.queueLimit(service.peer.bootstrapReceive(), 1024);
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      for (int i = 1; i < Links.MAX_OFFERED; i++) {
        if (i % 4 == 0) {
          // Taken as a connection, not as a link.
          service.peer.receive(service.peer.bootstrapReceive());
          service.peer.takeDescriptor().close();
          service.peer.receive(service.peer.bootstrapReceive());
          service.peer.takeDescriptor().close();
        }
        connected(client);
      }
      assertThat(kernel.links()).isEqualTo(Links.MAX_OFFERED);
      assertRefused(connect(client), ErrorCode.LIMIT_CONNECTIONS, "links of", "wait");
      try (LinkTask modest = client()) {
        assertThat(connected(modest).place()).isZero();
      }
      client.tell(KernelOperation.CONNECTION_CLOSED, one);
      assertThat(connected(client).place()).isEqualTo(one.place());
    }
    close(memory);
    awaitLinks(0);
    awaitNoneHeld();
    assertThat(kernel.waitingDescriptors()).isEqualTo(before);
  }

  @Test
  void aTaskHasAsManyLinksAsItsWordsHavePlaces() throws Exception {
    try (LinkTask client = client()) {
      for (int i = 0; i < SeverLayout.LINKS; i++) {
        assertThat(connected(client).place()).isEqualTo(i);
        accepted();
        close(memory);
      }
      assertRefused(
          connect(client),
          ErrorCode.LIMIT_CONNECTIONS,
          SeverLayout.LINKS + " links",
          "with outside");
      try (LinkTask other = client()) {
        connected(other);
        IncomingMessage request = service.peer.receive(service.peer.bootstrapReceive());
        service.peer.takeDescriptor().close();
        assertRefused(
            open(service.peer, Peer.long64(request.data())),
            ErrorCode.LIMIT_CONNECTIONS,
            SeverLayout.LINKS + " of its " + SeverLayout.LINKS + " links are with");
      }
    }
    close(memory);
  }

  @Test
  void anOlderClientGetsASocketOnly() throws Exception {
    try (Peer client = kernel.peer()) {
      KernelFrame reply =
          client.ask(KernelOperation.CONNECT, new WireWriter().i32(client.bootstrap()));
      assertThat(reply.descriptors()).isEqualTo(1);
      assertThat(reply.body()).hasSize(8);
      service.peer.receive(service.peer.bootstrapReceive());
      service.peer.takeDescriptor().close();
      KernelFrame none = open(service.peer, Peer.long64(reply.body()));
      assertThat(none.result()).isZero();
      assertThat(none.body()).isEmpty();
      assertThat(none.descriptors()).isZero();
      client.takeDescriptor().close();
    }
  }

  @Test
  void anOlderServiceGetsNoConnectionAndTheClientHearsWhy() throws Exception {
    try (TestKernel other = new TestKernel()) {
      try (Peer older = other.peer();
          LinkTask client = new LinkTask(other.linkPeer())) {
        assertThat(connect(client).descriptors()).isEqualTo(2);
        KernelFrame request = older.tryReceive(older.bootstrapReceive(), 0);
        assertThat(request.descriptors()).isZero();
        assertThat(open(older, 1).result()).isNotZero();
        try (Descriptor socket = client.peer.takeDescriptor()) {
          assertThat(new String(socket.readFully(200), java.nio.charset.StandardCharsets.UTF_8))
              .contains("knows no links");
        }
        client.peer.takeDescriptor().close();
      }
      while (other.links() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aRightThatWasGivenUpIsNoMatter() throws Exception {
    try (LinkTask client = client()) {
      LinkTask.End one = connected(client);
      assertThat(client.peer.deallocate(one.right())).isEqualTo(KernReturn.SUCCESS);
      assertThat(
              client.peer.send(
                  0, new PortDescriptor(one.right(), Disposition.COPY_SEND), LinkMessage.REVOKE))
          .isEqualTo(KernReturn.SEND_INVALID_DEST);
      assertThat(Optional.of(kernel.revoke(one.connection()))).contains(true);
      client.assertRevoked(one);
      client.confirm(one);
      assertThat(kernel.links()).isZero();
    }
    close(memory);
  }
}
