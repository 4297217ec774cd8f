// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.message;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.bench.pair.Rounds;
import org.portunus.interfaces.launchd.KernelTurns;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceConnection;
import portunus.answers.Answers;
import portunus.answers.AnswersXpc;

/**
 * Pairs of tasks that send each other messages of 64 bytes through the kernel task, each as soon as
 * the last has come. The figures are the messages, the time, and what turns of the kernel task took
 * since its start: 99.9 % of them, and the longest.
 */
record Traffic(Instance instance, List<Pair> pairs) implements Rounds.Round {
  private static final int PAIRS = 6;
  private static final int BYTES = 64;
  private static final int ID = 8;

  /** One that asks, and one that answers until its instance ends. */
  private record Pair(PortRight to, PortName own) {
    static Pair of(Answers answers, Path socket) {
      Instance answering = Instance.connect(socket);
      try (ServiceConnection<Answers> connection = answering.open(AnswersXpc.TYPE)) {
        Answers service = connection.proxy(MachMain.TIME);
        PortRight port = PortRight.allocate(service.open(false).kernel());
        try (PortRight sending = port.makeSend()) {
          service.keep(sending);
        }
        Thread.ofPlatform().daemon().start(() -> answer(port));
      }
      PortRight to = answers.kept();
      return new Pair(to, to.kernel().allocate(RightKind.RECEIVE));
    }

    private static void answer(PortRight port) {
      MachMessage message = port.kernel().receive(port.name());
      while (true) {
        PortDescriptor reply = message.content().reply().orElseThrow();
        message =
            port.kernel()
                .answer(
                    message(
                        new PortDescriptor(reply.name(), Disposition.MOVE_SEND_ONCE),
                        Optional.empty()),
                    port.name());
      }
    }

    private static OutgoingMessage message(PortDescriptor to, Optional<PortDescriptor> reply) {
      return new OutgoingMessage(
          OutgoingMessage.FOR_EVER, to, reply, ID, List.of(), new byte[BYTES]);
    }

    /** So many times there and back. */
    long exchange(int times) {
      OutgoingMessage message =
          message(
              to.name().as(Disposition.COPY_SEND), Optional.of(own.as(Disposition.MAKE_SEND_ONCE)));
      for (int i = 0; i < times; i++) {
        MachMessage _ = to.kernel().answer(message, own);
      }
      return times;
    }
  }

  static Traffic of(Instance instance, Answers answers, Path socket) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      Instance asking = Instance.connect(socket);
      ServiceConnection<Answers> connection = asking.open(AnswersXpc.TYPE);
      pairs.add(Pair.of(connection.proxy(MachMain.TIME), socket));
    }
    return new Traffic(instance, pairs);
  }

  @Override
  public long[] run(int count) throws IOException {
    int times = Math.max(1, count / 2 / PAIRS);
    long begin = System.nanoTime();
    long messages = 0;
    try (ExecutorService all = Executors.newFixedThreadPool(PAIRS)) {
      List<Future<Long>> running = new ArrayList<>();
      pairs.forEach(pair -> running.add(all.submit(() -> pair.exchange(times))));
      for (Future<Long> each : running) {
        messages += 2 * each.get();
      }
    } catch (ExecutionException failure) {
      throw new IOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException(stop);
    }
    long nanos = System.nanoTime() - begin;
    try (ServiceConnection<LaunchControl> launchd = instance.open(LaunchControlXpc.TYPE)) {
      KernelTurns turns = launchd.proxy(MachMain.TIME).load().kernelTurns();
      return new long[] {nanos, messages, turns.p999Micros(), turns.longestMicros()};
    }
  }
}
