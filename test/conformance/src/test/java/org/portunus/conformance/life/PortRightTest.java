// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.SendPowers.Range;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.system.xpc.XpcEvents;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/** Rights to ports in calls of a service in its own sandbox. */
class PortRightTest {
  private static final String SERVICE = "probe.ports";
  private static final String IDLE = "probe.ports.idle";
  private static final int ID = 4711;
  private static final int KEPT = 256;
  private static final Duration NOW = Duration.ZERO;

  @TempDir static Path folder;
  private static LifeInstance instance;
  private static KernelSocket kernel;
  private static Instance client;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(SERVICE, Map.of("IdleTimeout", "600"), 0)
                .job(IDLE, Map.of("IdleTimeout", "0.2"), 0));
    kernel = KernelSocket.connect(instance.instance().socket());
    client = Instance.over(kernel, XpcEvents.NONE);
  }

  @AfterAll
  static void end() throws Exception {
    client.close();
    instance.close();
  }

  private static ServiceConnection<LifeProbe> open(String service) {
    return client.open(LifeProbeXpc.TYPE, service);
  }

  private static LifeProbe probe(ServiceConnection<LifeProbe> connection) {
    return connection.proxy(Eventually.PATIENCE);
  }

  private static int next(PortName port) {
    try (MachMessage message = kernel.receive(port, Eventually.PATIENCE).orElseThrow()) {
      return message.content().id();
    }
  }

  private static void send(PortRight to, int id) {
    kernel.send(
        new OutgoingMessage(
            0, to.name().as(Disposition.COPY_SEND), Optional.empty(), id, List.of(), new byte[0]),
        List.of());
  }

  private static void notifyOnce(PortRight port, NotificationKind kind, PortRight at) {
    int sync = kind == NotificationKind.NO_SENDERS ? 1 : 0;
    Optional<PortName> _ =
        kernel.requestNotification(
            port.name(), kind, sync, Optional.of(at.name().as(Disposition.MAKE_SEND_ONCE)));
  }

  private static void exactlyOnce(PortRight at, NotificationKind kind) {
    assertThat(next(at.name())).isEqualTo(kind.number());
    assertThat(kernel.receive(at.name(), NOW)).isEmpty();
  }

  private static ErrorCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    ErrorCode[] code = new ErrorCode[1];
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(call)
        .satisfies(refusal -> code[0] = refusal.code());
    return code[0];
  }

  @Test
  void rightsOfAllKindsTravelInOneValue() throws Exception {
    Path file = Files.write(folder.resolve("bytes"), new byte[] {1, 2, 3});
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight send = receive.makeSend();
        FileRight document = FileRight.open(file);
        MemoryRight memory = MemoryRight.create(4, bytes -> bytes.fill((byte) 10))) {
      PortRight once = receive.makeSendOnce();
      List<PortRight> ports = List.of(send, once, send);
      long sum =
          probe(connection).spread(new LifeProbe.Parcel(ports, Optional.of(document), memory), ID);
      assertThat(sum).isEqualTo(46);
      for (int i = 0; i < 3; i++) {
        assertThat(next(receive.name())).isEqualTo(ID);
      }
      assertThat(kernel.receive(receive.name(), NOW)).as("no notification").isEmpty();
      assertThat(send.isClosed()).as("copied").isFalse();
      assertThat(kernel.getRefs(receive.name(), RightKind.SEND)).isEqualTo(1);
    }
  }

  private static PortRight service() {
    return PortRight.of(kernel, new Bootstrap(kernel).lookUp(SERVICE), RightKind.SEND);
  }

  @Test
  void aDiminishedRightTravelsWithItsPowers() {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight less = receive.diminish(SendPowers.ALL.onlyIds(new Range(ID, ID)));
        PortRight only = receive.diminish(SendPowers.ALL.withoutCopies())) {
      LifeProbe probe = probe(connection);
      assertThat(probe.spread(parcel(less), ID)).isZero();
      assertThat(next(receive.name())).isEqualTo(ID);
      assertThat(code(() -> probe.spread(parcel(less), ID + 1))).isEqualTo(ErrorCode.SERVICE_FAULT);
      assertThat(code(() -> probe.spread(parcel(only), ID))).isEqualTo(ErrorCode.RIGHT_REFUSED);
      assertThat(probe.spread(parcel(only.moving()), ID)).isZero();
      assertThat(only.isClosed()).as("moved").isTrue();
      assertThat(next(receive.name())).isEqualTo(ID);
      assertThat(kernel.receive(receive.name(), NOW)).as("nothing else").isEmpty();
    }
  }

  private static LifeProbe.Parcel parcel(PortRight port) {
    return new LifeProbe.Parcel(List.of(port), Optional.empty(), emptyMemory());
  }

  private static MemoryRight emptyMemory() {
    try {
      return MemoryRight.create(1, bytes -> {});
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void aRightForSomeMethodsCallsThoseAlone() {
    try (PortRight whole = service();
        PortRight less = whole.diminish(SendPowers.ALL.onlyIds(new Range(1, 1)));
        ServiceConnection<LifeProbe> connection = client.open(LifeProbeXpc.TYPE, less)) {
      assertThat(probe(connection).echo(5)).isEqualTo(5);
      assertThat(code(() -> probe(connection).dropPorts())).isEqualTo(ErrorCode.RIGHT_DIMINISHED);
      assertThat(probe(connection).echo(6)).as("over a new connection").isEqualTo(6);
    }
  }

  private static boolean ended(Runnable call) {
    try {
      call.run();
      return false;
    } catch (PortunusException end) {
      return end.code() == ErrorCode.RIGHT_EXPIRED;
    }
  }

  @Test
  void aRightForATimeCallsUntilThen() {
    try (PortRight whole = service();
        PortRight less = whole.diminish(SendPowers.ALL.endingAfter(Duration.ofSeconds(1)));
        ServiceConnection<LifeProbe> connection = client.open(LifeProbeXpc.TYPE, less)) {
      assertThat(probe(connection).echo(5)).isEqualTo(5);
      Duration _ =
          Eventually.until("the right has ended", () -> ended(() -> probe(connection).echo(5)));
    }
  }

  @Test
  void aRightInAResultIsTheCallers() {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE)) {
      LifeProbe probe = probe(connection);
      PortRight second;
      try (PortRight mailbox = probe.mailbox()) {
        assertThat(mailbox.kind()).isEqualTo(RightKind.SEND);
        send(mailbox, ID);
        assertThat(probe.nextMail()).isEqualTo(ID);
        second = mailbox.duplicate();
      }
      try (second) {
        send(second, ID + 1);
        assertThat(probe.nextMail()).isEqualTo(ID + 1);
      }
    }
  }

  @Test
  void aReceiveRightMovesOnlyWhenItIsSaid() {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight send = receive.makeSend()) {
      LifeProbe probe = probe(connection);
      send(send, ID);
      assertThat(code(() -> probe.receiveFrom(receive))).isEqualTo(ErrorCode.RIGHT_REFUSED);
      assertThat(receive.isClosed()).isFalse();
      assertThat(probe.receiveFrom(receive.moving())).as("with its queue").isEqualTo(ID);
      assertThat(receive.isClosed()).isTrue();
      Eventually.until(
          "the port dies with the call",
          () -> (kernel.type(send.name()) & RightKind.DEAD_NAME.typeBit()) != 0);
    }
  }

  @Test
  void aMovedRightReachesAServiceThatIsStartedAgain() {
    try (ServiceConnection<LifeProbe> connection = open(IDLE)) {
      for (int i = 0; i < 3; i++) {
        try (PortRight receive = PortRight.allocate(kernel);
            PortRight send = receive.makeSend()) {
          LifeProbe probe = probe(connection);
          assertThat(probe.echo(i)).isEqualTo(i);
          Eventually.until("the service ended", () -> instance.job(IDLE).pid() == 0);
          send(send, ID + i);
          assertThat(probe.receiveFrom(receive.moving())).isEqualTo(ID + i);
        }
      }
    }
  }

  @Test
  void theSendersOfAPortEndExactlyOnce() {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight at = PortRight.allocate(kernel)) {
      LifeProbe probe = probe(connection);
      try (PortRight send = receive.makeSend()) {
        notifyOnce(receive, NotificationKind.NO_SENDERS, at);
        probe.keepPort(send);
        probe.keepPort(send);
      }
      dropAll(probe, 2);
      exactlyOnce(at, NotificationKind.NO_SENDERS);
    }
  }

  private static void dropAll(LifeProbe probe, int kept) {
    AtomicInteger left = new AtomicInteger(kept);
    Eventually.until("all were dropped", () -> left.addAndGet(-probe.dropPorts()) == 0);
  }

  @Test
  void aServiceKeepsSoManyRightsOfOneConnection() throws Exception {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight send = receive.makeSend();
        MemoryRight memory = MemoryRight.create(1, bytes -> bytes.fill((byte) 1))) {
      LifeProbe probe = probe(connection);
      LifeProbe.Parcel parcel = new LifeProbe.Parcel(List.of(), Optional.empty(), memory);
      for (int i = 0; i < KEPT; i++) {
        assertThat(probe.spread(parcel, ID)).isEqualTo(1);
        probe.keepPort(send);
      }
      Eventually.until("all are kept", () -> isFull(probe, parcel));
      dropAll(probe, KEPT);
      assertThat(probe.spread(parcel, ID)).isEqualTo(1);
    }
  }

  private static boolean isFull(LifeProbe probe, LifeProbe.Parcel parcel) {
    try {
      return probe.spread(parcel, ID) != 1;
    } catch (PortunusException full) {
      assertThat(full.code()).isEqualTo(ErrorCode.LIMIT_DESCRIPTORS);
      return true;
    }
  }

  @Test
  void theServiceDiesWithTheRights() {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight at = PortRight.allocate(kernel)) {
      LifeProbe probe = probe(connection);
      try (PortRight send = receive.makeSend()) {
        notifyOnce(receive, NotificationKind.NO_SENDERS, at);
        probe.keepPort(send);
        assertThat(code(() -> probe.crash(3))).isEqualTo(ErrorCode.INTERRUPTED);
      }
      exactlyOnce(at, NotificationKind.NO_SENDERS);
    }
  }

  @Test
  void aRightOfAnotherInstanceIsRefused() {
    try (ServiceConnection<LifeProbe> connection = instance.open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight send = receive.makeSend()) {
      LifeProbe other = connection.proxy(Eventually.PATIENCE);
      assertThat(code(() -> other.keepPort(send))).isEqualTo(ErrorCode.RIGHT_REFUSED);
      assertThat(other.echo(1)).isEqualTo(1);
    }
  }
}
