// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.system.xpc.XpcEvents;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/** The same typed calls with the kernel task between client and service. */
class RelayedTest {
  private static final String SERVICE = "probe.relayed";
  private static final String KILLED = "probe.relayed.killed";
  private static final String IDLE = "probe.relayed.idle";
  private static final Duration DEADLINE = Duration.ofMillis(300);
  private static final int ID = 4711;

  @TempDir static Path folder;
  private static LifeInstance instance;
  private static KernelSocket kernel;
  private static Instance client;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(SERVICE, Map.of("IdleTimeout", "600", "Grace", "60"), 0)
                .relayed(SERVICE)
                .job(KILLED, Map.of("IdleTimeout", "600"), 0)
                .relayed(KILLED)
                .job(IDLE, Map.of("IdleTimeout", "0.2"), 0)
                .relayed(IDLE));
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

  private static List<Link> links(String service) {
    return instance.control().links().stream()
        .filter(link -> link.serviceLabel().equals(service))
        .toList();
  }

  private static Link latest(String service) {
    return links(service).stream().max(Comparator.comparingLong(Link::connection)).orElseThrow();
  }

  private static ErrorCode code(ThrowingCallable call) {
    PortunusException refusal = catchThrowableOfType(PortunusException.class, call);
    assertThat(refusal).as("the call was answered").isNotNull();
    return refusal.code();
  }

  @Test
  void callsPassAndAreCounted() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (ServiceConnection<LifeProbe> connection = open(SERVICE)) {
      LifeProbe probe = probe(connection);
      assertThat(probe.echo(1)).isEqualTo(1);
      Link before = latest(SERVICE);
      assertThat(before.state()).isEqualTo(LinkState.RELAYED);
      assertThat(before.ringBytes()).isZero();
      for (int i = 0; i < 20; i++) {
        long value = random.nextLong();
        assertThat(probe.echo(value)).as("seed %d", seed).isEqualTo(value);
      }
      probe.note(40);
      probe.note(2);
      Eventually.until("both notes came", () -> probe.noted() == 42);
      for (int length : new int[] {0, 1, 65_000, 65_536, 200_000, 1 << 20}) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        assertThat(probe.reversed(probe.reversed(bytes))).as("seed %d", seed).isEqualTo(bytes);
      }
      Link after = latest(SERVICE);
      assertThat(after.connection()).isEqualTo(before.connection());
      assertThat(after.toService().frames())
          .isGreaterThanOrEqualTo(before.toService().frames() + 22 + 2 * 22);
      assertThat(after.toService().bytes()).isGreaterThan(2 << 20);
      assertThat(after.toClient().bytes()).isGreaterThan(2 << 20);
      assertThat(instance.control().relayedServices()).contains(SERVICE);
    }
  }

  @Test
  void rightsOfAllKindsTravel() throws Exception {
    Path file = Files.write(folder.resolve("bytes"), new byte[] {1, 2, 3});
    try (ServiceConnection<LifeProbe> connection = open(SERVICE);
        PortRight receive = PortRight.allocate(kernel);
        PortRight send = receive.makeSend();
        FileRight document = FileRight.open(file);
        MemoryRight memory = MemoryRight.create(4, bytes -> bytes.fill((byte) 10))) {
      LifeProbe probe = probe(connection);
      assertThat(probe.read(document)).isEqualTo(6);
      assertThat(probe.sum(memory)).isEqualTo(40);
      List<PortRight> ports = List.of(send, receive.makeSendOnce());
      assertThat(probe.spread(new LifeProbe.Parcel(ports, Optional.of(document), memory), ID))
          .isEqualTo(46);
      for (int i = 0; i < 2; i++) {
        try (MachMessage message =
            kernel.receive(receive.name(), Eventually.PATIENCE).orElseThrow()) {
          assertThat(message.content().id()).isEqualTo(ID);
        }
      }
      try (MemoryRight made = probe.memory(100_000, (byte) 1)) {
        assertThat(probe.sum(made)).isEqualTo(100_000);
      }
      try (PortRight mailbox = probe.mailbox()) {
        kernel.send(
            new OutgoingMessage(
                0,
                mailbox.name().as(Disposition.COPY_SEND),
                Optional.empty(),
                ID,
                List.of(),
                new byte[0]),
            List.of());
        assertThat(probe.nextMail()).isEqualTo(ID);
      }
      PortRight moved = PortRight.allocate(kernel);
      try (PortRight to = moved.makeSend()) {
        kernel.send(
            new OutgoingMessage(
                0,
                to.name().as(Disposition.COPY_SEND),
                Optional.empty(),
                ID + 1,
                List.of(),
                new byte[0]),
            List.of());
        assertThat(probe.receiveFrom(moved.moving())).as("with its queue").isEqualTo(ID + 1);
        Eventually.until(
            "the port dies with the call",
            () -> (kernel.type(to.name()) & RightKind.DEAD_NAME.typeBit()) != 0);
      }
      assertThat(links(SERVICE)).allMatch(link -> link.state() == LinkState.RELAYED);
    }
  }

  @Test
  void objectsGoByReferenceBothWays() {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE)) {
      LifeProbe probe = probe(connection);
      assertThat(probe.callBack(value -> 2 * value, 10)).isEqualTo(90);
      assertThat(probe.doubler().told(21)).isEqualTo(42);
      AtomicInteger told = new AtomicInteger();
      probe.keep(value -> told.incrementAndGet());
      assertThat(probe.tellKept(1)).isPositive();
      assertThat(told).hasValue(1);
    }
  }

  @Test
  void aCancelAndADeadlineReachTheService() throws Exception {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE)) {
      LifeProbe probe = probe(connection);
      CountDownLatch started = new CountDownLatch(1);
      CompletableFuture<ErrorCode> end = new CompletableFuture<>();
      Thread caller =
          Thread.ofPlatform()
              .daemon()
              .start(() ->
                  end.complete(
                      code(() ->
                          probe.sleep(value -> {
                            started.countDown();
                            return value;
                          }))));
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(probe.sleepers()).isEqualTo(1);
      caller.interrupt();
      assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
      Eventually.until("its handler was cancelled", () -> probe.sleepers() == 0);

      assertThat(code(() -> connection.proxy(DEADLINE).sleep(value -> value)))
          .isEqualTo(ErrorCode.DEADLINE);
      Eventually.until("its handler was interrupted", () -> probe.sleepers() == 0);
      assertThat(instance.job(SERVICE).runs()).isEqualTo(1);
    }
  }

  @Test
  void aKilledServiceInterruptsAndTheNextCallStartsAnother() throws Exception {
    try (ServiceConnection<LifeProbe> connection = open(KILLED)) {
      LifeProbe probe = probe(connection);
      CallInBackground asleep = new CallInBackground(probe::sleep).awaitStart();
      assertThat(instance.process(KILLED).destroyForcibly()).isTrue();
      assertThat(asleep.awaitEnd().code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(probe.echo(2)).isEqualTo(2);
      AtomicInteger attempts = new AtomicInteger();
      assertThat(probe.attempt(value -> attempts.incrementAndGet(), 1)).isEqualTo(2);
      assertThat(code(() -> probe.crash(3))).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(probe.echo(3)).isEqualTo(3);
      Eventually.until("one is left", () -> links(KILLED).size() == 1);
      assertThat(latest(KILLED).state()).isEqualTo(LinkState.RELAYED);
    }
    Eventually.until("none is left", () -> links(KILLED).isEmpty());
  }

  @Test
  void aServiceThatEndsBecauseItIsIdleIsStartedAgain() {
    try (ServiceConnection<LifeProbe> connection = open(IDLE)) {
      LifeProbe probe = probe(connection);
      for (int i = 0; i < 3; i++) {
        assertThat(probe.echo(i)).isEqualTo(i);
        Eventually.until("the service ended", () -> instance.job(IDLE).pid() == 0);
      }
      assertThat(instance.job(IDLE).crashes()).isZero();
    }
  }

  @Test
  void aRevokedOneFailsOnBothSidesAndOthersGoOn() throws Exception {
    try (ServiceConnection<LifeProbe> other = open(SERVICE);
        ServiceConnection<LifeProbe> connection = open(SERVICE)) {
      LifeProbe steady = probe(other);
      assertThat(steady.echo(1)).isEqualTo(1);
      LifeProbe probe = probe(connection);
      CallInBackground inFlight = new CallInBackground(probe::sleep).awaitStart();
      Link link = latest(SERVICE);

      instance.control().revokeLink(link.connection());

      assertThat(code(() -> probe.echo(2))).isEqualTo(ErrorCode.INVALID);
      assertThat(inFlight.awaitEnd().code()).isEqualTo(ErrorCode.INVALID);
      assertThat(code(() -> probe.echo(3))).isEqualTo(ErrorCode.INVALID);
      Eventually.until("its handler was interrupted", () -> steady.sleepers() == 0);
      Eventually.until(
          "it is gone",
          () -> links(SERVICE).stream().noneMatch(each -> each.connection() == link.connection()));
      assertThat(steady.echo(4)).isEqualTo(4);
      assertThat(instance.job(SERVICE).runs()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatDiesLeavesNone() throws Exception {
    try (ServiceConnection<LifeProbe> connection = open(SERVICE)) {
      LifeProbe probe = probe(connection);
      assertThat(probe.echo(1)).isEqualTo(1);
      int descriptors = instance.counts().descriptors();
      try (ClientProcess dying = ClientProcess.start(instance, SERVICE)) {
        assertThat(dying.awaitReady()).hasSize(2);
        List<Link> its =
            links(SERVICE).stream().filter(link -> dying.tasks().contains(link.client())).toList();
        assertThat(its)
            .hasSize(ClientMain.CONNECTIONS)
            .allMatch(link -> link.state() == LinkState.RELAYED);
        dying.kill();
      }
      Eventually.until("its calls were cancelled", () -> probe.sleepers() == 0);
      Eventually.until(
          "as many descriptors as before", () -> instance.counts().descriptors() <= descriptors);
      JobStatus job = instance.job(SERVICE);
      assertThat(job.crashes()).isZero();
    }
  }
}
