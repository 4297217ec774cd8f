// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.message;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;
import org.portunus.bench.pair.Throughput;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceConnection;
import portunus.answers.Answers;
import portunus.answers.AnswersXpc;

/** What a program does in an instance, with messages of Mach or names of its own. */
public enum MachCall {
  /** A message of 64 bytes and its answer. */
  TRIVIAL {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return roundTrips(answers.open(false), SMALL, false);
    }
  },
  /** The same with 1 KiB. */
  INLINE {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return roundTrips(answers.open(false), LARGE, false);
    }
  },
  /** The same with 64 bytes and a send right, which moves there and back. */
  COMPLEX {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return roundTrips(answers.open(false), SMALL, true);
    }
  },
  /** As TRIVIAL, received from a port set. */
  SET {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return roundTrips(answers.open(true), SMALL, false);
    }
  },
  /** Messages of 64 bytes without answer. */
  ONE_WAY {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      PortRight to = answers.open(false);
      OutgoingMessage message = message(to, Optional.empty(), List.of(), SMALL);
      return new Throughput(() -> to.kernel().send(message, List.of()), answers::counted);
    }
  },
  /** One new port. */
  ALLOCATION {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return new Allocations(answers.open(false).kernel(), 1);
    }
  },
  /** A thousand new ports at once. */
  ALLOCATIONS {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return new Allocations(answers.open(false).kernel(), MANY);
    }
  },
  /** Pairs of tasks that send each other messages as fast as they can: see {@link Traffic}. */
  TRAFFIC {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) throws IOException {
      return Traffic.of(instance, answers, socket);
    }
  },
  /** A running service is looked up and connected to. */
  CONNECTION {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return new Connections(instance, answers.open(false).kernel());
    }
  },
  /** The same with the greeting and a call. */
  FIRST_CALL {
    @Override
    Rounds.Round round(Instance instance, Answers answers, Path socket) {
      return new Latency(() -> call(instance));
    }
  };

  /** How many ports are made at once. */
  static final int MANY = 1_000;

  private static final int AT_ONCE = 16;
  private static final int SMALL = 64;
  private static final int LARGE = 1024;
  private static final int ID = 7;

  abstract Rounds.Round round(Instance instance, Answers answers, Path socket) throws IOException;

  private static Rounds.Round roundTrips(PortRight to, int bytes, boolean complex) {
    KernelSocket kernel = to.kernel();
    PortName own = kernel.allocate(RightKind.RECEIVE);
    List<PortDescriptor> moved = List.of();
    if (complex) {
      kernel.insertRight(own, own, Disposition.MAKE_SEND);
      moved = List.of(own.as(Disposition.MOVE_SEND));
    }
    OutgoingMessage message =
        message(to, Optional.of(own.as(Disposition.MAKE_SEND_ONCE)), moved, bytes);
    return new Latency(new Trip(to, own, message));
  }

  /** Keeps the right, which is given up with the last reference to it. */
  private record Trip(PortRight to, PortName own, OutgoingMessage message)
      implements Latency.RoundTrip {
    @Override
    public void make() throws IOException {
      MachMessage answer = to.kernel().answer(message, own);
      IncomingMessage content = answer.content();
      if (content.data().length != message.data().length) {
        throw new IOException(
            "another answer came: id %d with %d bytes"
                .formatted(content.id(), content.data().length));
      }
    }
  }

  private static void call(Instance instance) {
    try (ServiceConnection<Answers> connection = instance.open(AnswersXpc.TYPE)) {
      long _ = connection.proxy(MachMain.TIME).counted();
    }
  }

  private static OutgoingMessage message(
      PortRight to, Optional<PortDescriptor> reply, List<PortDescriptor> rights, int bytes) {
    return new OutgoingMessage(
        OutgoingMessage.FOR_EVER,
        to.name().as(Disposition.COPY_SEND),
        reply,
        ID,
        rights,
        new byte[bytes]);
  }

  /**
   * Connections are made, in the time that counts, and given up after it; now and then by a call on
   * one that comes behind them the service has done with them, as fewer may wait for it than come.
   */
  private record Connections(Instance instance, KernelSocket kernel) implements Rounds.Round {
    @Override
    public long[] run(int count) {
      Bootstrap bootstrap = new Bootstrap(kernel);
      long[] nanos = new long[count];
      for (int i = 0; i < count; i++) {
        long begin = System.nanoTime();
        PortName service = bootstrap.lookUp(AnswersXpc.TYPE.name());
        ConnectionEnd end = kernel.connect(service);
        nanos[i] = System.nanoTime() - begin;
        end.socket().close();
        end.link()
            .ifPresent(link -> {
              link.memory().close();
              link.right().ifPresent(kernel::deallocate);
            });
        kernel.connectionClosed(end.id());
        kernel.deallocate(service);
        if (i % AT_ONCE == AT_ONCE - 1) {
          call(instance);
        }
      }
      return Latency.percentiles(nanos);
    }
  }

  /** Ports are made, in the time that counts, and given up after it. */
  private record Allocations(KernelSocket kernel, int size) implements Rounds.Round {
    @Override
    public long[] run(int count) {
      long[] nanos = new long[count];
      for (int i = 0; i < count; i++) {
        long begin = System.nanoTime();
        List<PortName> made =
            size == 1
                ? List.of(kernel.allocate(RightKind.RECEIVE))
                : kernel.receiveRights().allocate(RightKind.RECEIVE, size);
        nanos[i] = System.nanoTime() - begin;
        made.forEach(kernel::destroy);
      }
      return Latency.percentiles(nanos);
    }
  }
}
