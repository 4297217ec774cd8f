// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/**
 * A client that forges, replays and misplaces tickets, against a service in its own process. Each
 * fault is tried in fifty cases from a seed, after none or some good rights.
 */
class HostileTicketsTest {
  private static final String SERVICE = "probe.tickets";
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int KEEP_PORT = 28;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int CASES = 50;
  private static final long SEED = Long.getLong("portunus.seed", System.nanoTime());

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(new ProbeFolder(folder).job(SERVICE, Map.of("IdleTimeout", "600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  /** A connection to the service, frame by frame. The hello is frame 0. */
  private static final class Raw implements AutoCloseable {
    final KernelSocket kernel;
    final CompletableFuture<PortunusException> ended = new CompletableFuture<>();
    final ConnectionEnd end;
    final SeqpacketChannel channel;
    final PortName port;
    private long written;
    private long calls;

    Raw() throws Exception {
      this(instance);
    }

    Raw(LifeInstance life) throws Exception {
      kernel = KernelSocket.connectWithoutLinks(life.instance().socket());
      port = kernel.allocate(RightKind.RECEIVE);
      end = kernel.connect(new Bootstrap(kernel).lookUp(SERVICE));
      kernel.tickets().orElseThrow().watch(end.id(), ended::complete);
      channel = SeqpacketChannel.of(end.socket(), LONGEST);
      WireWriter hello = new WireWriter();
      new Hello(1, 1, 0, 1 << 20, 16, 64, 64).write(hello);
      hello.string(LifeProbeXpc.TYPE.name()).fixed(LifeProbeXpc.TYPE.digest());
      byte[] body = hello.toBytes();
      write(ConnectionFrame.Kind.HELLO, 0, 0, 0, body, List.of());
      assertThat(read()).isPositive();
    }

    private void write(
        ConnectionFrame.Kind kind,
        int flags,
        int method,
        long call,
        byte[] body,
        List<Ticket> end) {
      ByteBuffer out =
          ByteBuffer.allocate(ConnectionFrame.HEAD + body.length + end.size() * Ticket.BYTES);
      new ConnectionFrame(kind, flags, end.size(), method, call, 0, body.length, 0).write(out);
      out.put(body).order(ByteOrder.LITTLE_ENDIAN);
      for (Ticket ticket : end) {
        out.put((byte) ticket.kind().number()).putLong(ticket.high()).putLong(ticket.low());
      }
      byte[] frame = out.array();
      assertThat(channel.send(frame, 0, frame.length, WaitMode.WAIT)).isEqualTo(frame.length);
      written++;
    }

    int read() throws LinuxException {
      try (ReceivedMessage in = new ReceivedMessage(LONGEST)) {
        assertThat(Readiness.await(channel.descriptor(), Readiness.READABLE, PATIENCE_MILLIS))
            .isNotZero();
        int length = channel.receive(in, WaitMode.WAIT);
        return length <= 0 ? length : in.data().get(ValueLayout.JAVA_BYTE, 0);
      }
    }

    /** Deposits for the frame that is written after so many others. */
    void deposit(long later, Ticket... tickets) {
      PortDescriptor right = new PortDescriptor(port.number(), Disposition.MAKE_SEND);
      List<RightsDeposit.Slot> slots =
          List.of(tickets).stream()
              .map(ticket -> new RightsDeposit.Slot(ticket, Optional.of(right)))
              .toList();
      MessagePlace place = new MessagePlace(end.id(), ConnectionSide.CLIENT, written + later);
      assertThat(
              kernel
                  .tickets()
                  .orElseThrow()
                  .deposit(new RightsDeposit(place, slots), new int[0], 0))
          .isTrue();
    }

    /** A one-way call whose right has this ticket. */
    void call(Ticket... tickets) {
      write(
          ConnectionFrame.Kind.REQUEST,
          ConnectionFrame.ONEWAY | ConnectionFrame.TICKETS,
          KEEP_PORT,
          ++calls,
          new byte[2],
          List.of(tickets));
    }

    void good(Random random) {
      for (int i = random.nextInt(4); i > 0; i--) {
        Ticket ticket = port(random);
        deposit(0, ticket);
        call(ticket);
      }
    }

    void assertDead() throws Exception {
      assertThat(ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
          .isEqualTo(ErrorCode.PROTOCOL);
      int kind = read();
      while (kind > 0 && kind != ConnectionFrame.Kind.GOODBYE.number()) {
        kind = read();
      }
    }

    @Override
    public void close() {
      channel.close();
      kernel.close();
    }
  }

  private interface Attack {
    void on(Raw link, Random random) throws Exception;
  }

  /** A case of its own seed. */
  private interface Trial {
    void with(Random random) throws Exception;
  }

  private static Ticket port(Random random) {
    return new Ticket(TicketKind.PORT, random.nextLong(), random.nextLong());
  }

  /** One bit is another. */
  private static Ticket forged(Ticket ticket, Random random) {
    long bit = 1L << random.nextInt(64);
    return random.nextBoolean()
        ? new Ticket(ticket.kind(), ticket.high() ^ bit, ticket.low())
        : new Ticket(ticket.kind(), ticket.high(), ticket.low() ^ bit);
  }

  private static void eachCase(Trial trial) {
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      try {
        trial.with(new Random(seed));
      } catch (Exception | AssertionError failed) {
        throw new AssertionError("with -Dportunus.seed=" + seed + ": " + failed, failed);
      }
    }
  }

  /** The connection is over for both, and the service's process lives. */
  private static void assertEnded(Attack attack) throws Exception {
    try (ServiceConnection<LifeProbe> other = instance.open(SERVICE)) {
      LifeProbe probe = other.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      int pid = instance.job(SERVICE).pid();
      eachCase(random -> {
        try (Raw link = new Raw()) {
          link.good(random);
          attack.on(link, random);
          link.assertDead();
        }
        assertThat(probe.echo(2)).as("others notice nothing").isEqualTo(2);
        assertThat(instance.job(SERVICE).pid()).isEqualTo(pid);
        Eventually.until("the service dropped what it had", () -> probe.dropPorts() == 0);
      });
    }
  }

  @Test
  void forged() throws Exception {
    assertEnded((link, random) -> {
      Ticket ticket = port(random);
      link.deposit(0, ticket);
      link.call(forged(ticket, random));
    });
  }

  @Test
  void neverDeposited() throws Exception {
    assertEnded((link, random) -> link.call(port(random)));
  }

  @Test
  void replayed() throws Exception {
    assertEnded((link, random) -> {
      Ticket ticket = port(random);
      link.deposit(0, ticket);
      link.call(ticket);
      link.good(random);
      link.call(ticket);
    });
  }

  @Test
  void depositedForAnotherPosition() throws Exception {
    assertEnded((link, random) -> {
      Ticket ticket = port(random);
      link.deposit(1 + random.nextInt(8), ticket);
      link.call(ticket);
    });
  }

  @Test
  void ofAnotherKind() throws Exception {
    assertEnded((link, random) -> {
      Ticket ticket = port(random);
      link.deposit(0, ticket);
      TicketKind other = random.nextBoolean() ? TicketKind.FILE : TicketKind.MEMORY;
      link.call(new Ticket(other, ticket.high(), ticket.low()));
    });
  }

  @Test
  void inAnotherSlot() throws Exception {
    assertEnded((link, random) -> {
      Ticket first = port(random);
      Ticket second = port(random);
      link.deposit(0, first, second);
      link.call(second, first);
    });
  }

  @Test
  void ofAnotherConnection() throws Exception {
    assertEnded((link, random) -> {
      try (Raw rich = new Raw()) {
        Ticket ticket = port(random);
        rich.deposit(0, ticket);
        link.call(ticket);
        link.ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        rich.call(ticket);
        assertThat(rich.ended).as("the ticket was good where it belongs").isNotDone();
      }
    });
  }

  @Test
  void depositedTwiceForOnePosition() {
    eachCase(random -> {
      try (Raw link = new Raw()) {
        link.good(random);
        long later = random.nextInt(8);
        link.deposit(later, port(random));
        link.deposit(later, port(random));
        assertThat(link.ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
            .isEqualTo(ErrorCode.PROTOCOL);
      }
    });
  }

  /** In an instance of its own: the log takes so many words about what outsiders do, no more. */
  @Test
  void theLogSaysWhatWasWrong() throws Exception {
    Path own = Files.createDirectory(folder.resolve("log"));
    try (LifeInstance life =
        LifeInstance.start(new ProbeFolder(own).job(SERVICE, Map.of("IdleTimeout", "600"), 0))) {
      Random random = new Random(SEED);
      try (Raw link = new Raw(life)) {
        link.call(port(random));
        link.assertDead();
        life.awaitLog("link.violation ", " connection=" + link.end.id() + " ", "by=" + SERVICE);
      }
      try (Raw link = new Raw(life)) {
        link.deposit(0, port(random));
        link.deposit(0, port(random));
        life.awaitLog("link.violation ", " connection=" + link.end.id() + " ", "other=" + SERVICE);
      }
      try (Raw link = new Raw(life)) {
        for (int i = 0; i <= 64; i++) {
          link.deposit(i, port(random));
        }
        life.awaitLog("link.violation ", " connection=" + link.end.id() + " ", "more than 64");
      }
    }
  }

  @Test
  void tooMany() {
    eachCase(random -> {
      try (Raw link = new Raw()) {
        int first = random.nextInt(8);
        for (int i = 0; i <= 64; i++) {
          link.deposit(first + i, port(random));
        }
        assertThat(link.ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
            .isEqualTo(ErrorCode.PROTOCOL);
      }
    });
  }
}
