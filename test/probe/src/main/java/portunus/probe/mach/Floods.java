// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/** A task that calls launchd and the kernel without pause, or fills its own limits. */
final class Floods {
  private static final int PATIENCE_SECONDS = 30;
  private static final Executor THREADS =
      action -> Thread.ofPlatform().daemon().name("calls").start(action);

  private final KernelSocket kernel;
  private final AtomicLong made = new AtomicLong();
  private final List<CompletableFuture<?>> running = new ArrayList<>();
  private volatile boolean stopped;

  Floods(KernelSocket kernel) {
    this.kernel = kernel;
  }

  /** Sends to it until the kernel refuses: the result, and what the refusal says. */
  List<String> sendUntilRefused(PortName port) {
    OutgoingMessage message =
        new OutgoingMessage(
            0, port.as(Disposition.COPY_SEND), Optional.empty(), 1, List.of(), new byte[0]);
    try {
      while (true) {
        kernel.send(message, List.of());
      }
    } catch (KernelResultException refused) {
      return List.of(refused.result().name(), String.valueOf(refused.getMessage()));
    }
  }

  /** Calls; returns once each thread has made a call. */
  void start(String service, int threads) {
    stopped = false;
    made.set(0);
    CountDownLatch begun = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      running.add(CompletableFuture.runAsync(() -> run(service, begun), THREADS));
    }
    try {
      if (!begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a thread made no call");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String service, CountDownLatch begun) {
    try {
      while (!stopped) {
        kernel.deallocate(new Bootstrap(kernel).lookUp(service));
        PortName name = kernel.allocate(RightKind.RECEIVE);
        kernel.destroy(name);
        made.addAndGet(4);
        begun.countDown();
      }
    } finally {
      begun.countDown();
    }
  }

  /** How many calls there were; throws what one of them was refused with. */
  long stop() {
    stopped = true;
    try {
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .join();
      return made.get();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof KernelResultException refused) {
        throw refused;
      }
      throw failure;
    } finally {
      running.clear();
    }
  }
}
