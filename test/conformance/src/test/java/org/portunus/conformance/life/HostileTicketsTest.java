// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** A client that forges, replays and misplaces tickets, against a service in its own process. */
class HostileTicketsTest {
  private static final String SERVICE = "probe.tickets";
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int KEEP_PORT = 28;
  private static final int PATIENCE_MILLIS = 30_000;

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
    final KernelSocket kernel = KernelSocket.connectWithoutLinks(instance.instance().socket());
    final CompletableFuture<PortunusException> ended = new CompletableFuture<>();
    final ConnectionEnd end;
    final SeqpacketChannel channel;
    final PortName port = kernel.allocate(RightKind.RECEIVE);

    Raw() throws Exception {
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
    }

    int read() throws LinuxException {
      try (ReceivedMessage in = new ReceivedMessage(LONGEST)) {
        assertThat(Readiness.await(channel.descriptor(), Readiness.READABLE, PATIENCE_MILLIS))
            .isNotZero();
        int length = channel.receive(in, WaitMode.WAIT);
        return length <= 0 ? length : in.data().get(ValueLayout.JAVA_BYTE, 0);
      }
    }

    void deposit(long sequence, Ticket... tickets) {
      PortDescriptor right = new PortDescriptor(port.number(), Disposition.MAKE_SEND);
      List<RightsDeposit.Slot> slots =
          List.of(tickets).stream()
              .map(ticket -> new RightsDeposit.Slot(ticket, Optional.of(right)))
              .toList();
      MessagePlace place = new MessagePlace(end.id(), ConnectionSide.CLIENT, sequence);
      assertThat(
              kernel
                  .tickets()
                  .orElseThrow()
                  .deposit(new RightsDeposit(place, slots), new int[0], 0))
          .isTrue();
    }

    /** A one-way call whose right has this ticket. */
    void call(long number, Ticket... tickets) {
      write(
          ConnectionFrame.Kind.REQUEST,
          ConnectionFrame.ONEWAY | ConnectionFrame.TICKETS,
          KEEP_PORT,
          number,
          new byte[2],
          List.of(tickets));
    }

    void assertDead() throws Exception {
      assertThat(ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
          .isEqualTo(ErrorCode.PROTOCOL);
      int kind = read();
      while (kind > 0 && kind != ConnectionFrame.Kind.GOODBYE.number()) {
        kind = read();
      }
      instance.awaitLog("link.violation connection=" + end.id() + " ", "by=" + SERVICE);
    }

    @Override
    public void close() {
      channel.close();
      kernel.close();
    }
  }

  private interface Attack {
    void on(Raw link) throws Exception;
  }

  private static Ticket port(long secret) {
    return new Ticket(TicketKind.PORT, secret, ~secret);
  }

  /** The connection is over for both, and the service's process lives. */
  private static void assertEnded(Attack attack) throws Exception {
    try (ServiceConnection<LifeProbe> other = instance.open(SERVICE)) {
      LifeProbe probe = other.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      int pid = instance.job(SERVICE).pid();
      try (Raw link = new Raw()) {
        attack.on(link);
        link.assertDead();
      }
      assertThat(probe.echo(2)).as("others notice nothing").isEqualTo(2);
      assertThat(instance.job(SERVICE).pid()).isEqualTo(pid);
      Eventually.until("the service dropped what it had", () -> probe.dropPorts() == 0);
    }
  }

  @Test
  void forged() throws Exception {
    assertEnded(link -> {
      link.deposit(1, port(7));
      link.call(1, port(8));
    });
  }

  @Test
  void neverDeposited() throws Exception {
    assertEnded(link -> link.call(1, port(7)));
  }

  @Test
  void replayed() throws Exception {
    assertEnded(link -> {
      link.deposit(1, port(7));
      link.call(1, port(7));
      link.call(2, port(7));
    });
  }

  @Test
  void depositedForAnotherPosition() throws Exception {
    assertEnded(link -> {
      link.deposit(2, port(7));
      link.call(1, port(7));
    });
  }

  @Test
  void ofAnotherKind() throws Exception {
    assertEnded(link -> {
      link.deposit(1, port(7));
      link.call(1, new Ticket(TicketKind.FILE, 7, ~7L));
    });
  }

  @Test
  void inAnotherSlot() throws Exception {
    assertEnded(link -> {
      link.deposit(1, port(7), port(9));
      link.call(1, port(9), port(7));
    });
  }

  @Test
  void ofAnotherConnection() throws Exception {
    try (Raw rich = new Raw()) {
      rich.deposit(1, port(7));
      assertEnded(link -> link.call(1, port(7)));
      rich.call(1, port(7));
      assertThat(rich.ended).as("the ticket was good where it belongs").isNotDone();
    }
  }

  @Test
  void depositedTwiceForOnePosition() throws Exception {
    try (Raw link = new Raw()) {
      link.deposit(2, port(8));
      link.deposit(2, port(9));
      assertThat(link.ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
          .isEqualTo(ErrorCode.PROTOCOL);
      instance.awaitLog("link.violation connection=" + link.end.id() + " ", "other=" + SERVICE);
    }
  }

  @Test
  void tooMany() throws Exception {
    try (Raw link = new Raw()) {
      for (int i = 0; i <= 64; i++) {
        link.deposit(i + 1, port(i));
      }
      assertThat(link.ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
          .isEqualTo(ErrorCode.PROTOCOL);
      instance.awaitLog("link.violation connection=" + link.end.id() + " ", "more than 64");
    }
  }
}
