// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;

/**
 * Requests and replies on the kernel socket, matched by sequence number; {@link FrameReading} says
 * who reads.
 *
 * <p>The lock {@code state} guards the waiters, the next sequence number and the reason of the end;
 * nothing is sent and no listener runs under it. Each waiter's future is completed exactly once: by
 * its reply or by the end.
 */
final class KernelExchange {
  private static final int MAX_FRAME = KernelFrame.HEAD + KernelFrame.MAX_BODY;
  private static final int MAX_WAITERS = 1024;
  private static final int[] NO_NUMBERS = {};

  /** A frame and what came with it. */
  record Received(KernelFrame frame, List<Descriptor> descriptors) {
    void closeDescriptors() {
      descriptors.forEach(Descriptor::close);
    }
  }

  /** Takes events. */
  interface EventSink {
    void accept(Received event) throws MalformedFrameException;
  }

  private final FrameSocket socket;
  private final EventSink events;
  private final FrameReading reading;
  private final CompletableFuture<PortunusException> end = new CompletableFuture<>();
  private final ReentrantLock state = new ReentrantLock();
  private final Map<Long, Reply> waiters = new HashMap<>();
  private long nextSequence = 1;
  private Optional<PortunusException> ended = Optional.empty();

  /**
   * @param events is given each event on the reader thread, and must neither block nor send
   */
  KernelExchange(FrameSocket socket, EventSink events) {
    this.socket = socket;
    this.events = events;
    try {
      this.reading = new FrameReading(socket, MAX_FRAME, this::take, this::ended);
    } catch (LinuxException failure) {
      socket.close();
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "kernel socket", failure);
    }
  }

  static int maximumFrame() {
    return MAX_FRAME;
  }

  void start() {
    reading.start();
  }

  /** Completes when the socket has ended, with the reason. */
  CompletableFuture<PortunusException> end() {
    return end;
  }

  /** A request that was sent. */
  record Asked(long sequence, CompletableFuture<Received> reply) {}

  /** Of a request. */
  private static final class Reply extends CompletableFuture<Received> {
    // Whether the kernel answers without anybody else's doing, or soon enough.
    final boolean soon;

    Reply(boolean soon) {
      this.soon = soon;
    }
  }

  /**
   * Sends a request; the future gives its reply.
   *
   * @throws PortunusException INSTANCE_ENDED, LIMIT_CALLS, LIMIT_DESCRIPTORS
   */
  CompletableFuture<Received> send(
      KernelOperation operation, byte[] body, List<Descriptor> descriptors) {
    return ask(operation, body, descriptors).reply();
  }

  /** The same, and the number by which the request can be aborted. */
  Asked ask(KernelOperation operation, byte[] body, List<Descriptor> descriptors) {
    if (descriptors.size() > KernelFrame.MAX_DESCRIPTORS) {
      throw new PortunusException(
          ErrorCode.LIMIT_DESCRIPTORS,
          descriptors.size() + " descriptors, at most " + KernelFrame.MAX_DESCRIPTORS);
    }
    Reply reply = new Reply(comesSoon(operation));
    long sequence = register(reply);
    KernelFrame frame =
        new KernelFrame(
            operation.number(), KernelFrame.REQUEST, descriptors.size(), sequence, 0, body);
    int result = transmit(frame.toBytes(), numbers(descriptors));
    if (result < 0) {
      forget(sequence);
      throw result == FrameSocket.REFUSED
          ? new PortunusException(
              ErrorCode.LIMIT_DESCRIPTORS, "Linux takes no more descriptors in flight")
          : endReason();
    }
    return new Asked(sequence, reply);
  }

  /**
   * The same without descriptors, for those who must not block: empty when there is no room now.
   *
   * @throws PortunusException INSTANCE_ENDED, LIMIT_CALLS
   */
  Optional<CompletableFuture<Received>> sendNow(KernelOperation operation, byte[] body) {
    Reply reply = new Reply(comesSoon(operation));
    long sequence = register(reply);
    byte[] bytes =
        new KernelFrame(operation.number(), KernelFrame.REQUEST, 0, sequence, 0, body).toBytes();
    int result = socket.send(bytes, bytes.length, NO_NUMBERS, 0);
    if (result >= 0) {
      return Optional.of(reply);
    }
    forget(sequence);
    if (result == FrameSocket.FULL) {
      return Optional.empty();
    }
    throw endReason();
  }

  /**
   * Sends a request that has no reply.
   *
   * @return false when there is no room now
   * @throws PortunusException INSTANCE_ENDED, LIMIT_DESCRIPTORS
   */
  boolean tell(KernelOperation operation, byte[] body, int[] numbers, int count) {
    byte[] bytes =
        new KernelFrame(operation.number(), KernelFrame.REQUEST, count, 0, 0, body).toBytes();
    int result = socket.send(bytes, bytes.length, numbers, count);
    return switch (result) {
      case FrameSocket.FULL -> false;
      case FrameSocket.REFUSED ->
          throw new PortunusException(
              ErrorCode.LIMIT_DESCRIPTORS, "Linux takes no more descriptors in flight");
      default -> {
        if (result < 0) {
          throw endReason();
        }
        yield true;
      }
    };
  }

  private int transmit(byte[] bytes, int[] numbers) {
    int result = socket.send(bytes, bytes.length, numbers, numbers.length);
    while (result == FrameSocket.FULL) {
      socket.awaitRoom(Long.MAX_VALUE);
      result = socket.send(bytes, bytes.length, numbers, numbers.length);
    }
    return result;
  }

  private static int[] numbers(List<Descriptor> descriptors) {
    return descriptors.isEmpty()
        ? NO_NUMBERS
        : descriptors.stream().mapToInt(Descriptor::raw).toArray();
  }

  private long register(Reply reply) {
    state.lock();
    try {
      if (ended.isPresent()) {
        throw again(ended.get());
      }
      if (waiters.size() >= MAX_WAITERS) {
        throw new PortunusException(
            ErrorCode.LIMIT_CALLS,
            "this task has " + MAX_WAITERS + " unanswered requests to the kernel");
      }
      waiters.put(nextSequence, reply);
      return nextSequence++;
    } finally {
      state.unlock();
    }
  }

  private void forget(long sequence) {
    state.lock();
    try {
      waiters.remove(sequence);
    } finally {
      state.unlock();
    }
  }

  /** A message may be long in coming, and who waits for it would keep others from reading. */
  private static boolean comesSoon(KernelOperation operation) {
    return operation != KernelOperation.MESSAGE_RECEIVE
        && operation != KernelOperation.MESSAGE_RECEIVE_OPTIONS;
  }

  private PortunusException endReason() {
    return again(end.getNow(instanceEnded()));
  }

  /** A fresh exception, so that its stack is that of the caller. */
  private static PortunusException again(PortunusException reason) {
    return new PortunusException(reason.code(), "the kernel socket has ended", reason);
  }

  static PortunusException instanceEnded() {
    return new PortunusException(
        ErrorCode.INSTANCE_ENDED, "the kernel task closed this task's kernel socket");
  }

  /** Waits for a reply for ever; an interrupt is kept for the caller. */
  Received await(CompletableFuture<Received> reply) {
    try {
      return reading.await(reply, reply instanceof Reply own && own.soon);
    } catch (ExecutionException e) {
      throw caused(e);
    }
  }

  /** Waits for a reply until it is there or the thread is interrupted. */
  Received awaitInterruptibly(CompletableFuture<Received> reply)
      throws InterruptedException, ExecutionException {
    return reply.get();
  }

  /** Waits for a reply this long. */
  Optional<Received> await(CompletableFuture<Received> reply, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return Optional.of(reply.get(until - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          return Optional.empty();
        } catch (ExecutionException e) {
          throw caused(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static PortunusException caused(ExecutionException failure) {
    if (failure.getCause() instanceof PortunusException reason) {
      return again(reason);
    }
    throw new IllegalStateException("a reply failed without a reason", failure);
  }

  /** Ends the socket; the reader tells everybody. */
  void close() {
    socket.shutdown();
  }

  private void ended(Optional<String> violation) {
    tellAll(violation.map(KernelExchange::violation).orElseGet(KernelExchange::instanceEnded));
  }

  private static PortunusException violation(String what) {
    return new PortunusException(
        ErrorCode.INSTANCE_ENDED,
        "the kernel broke the protocol, so its socket was closed: " + what);
  }

  private void take(byte[] bytes, int length, List<Descriptor> descriptors)
      throws MalformedFrameException {
    boolean taken = false;
    try {
      byte[] exact = new byte[length];
      System.arraycopy(bytes, 0, exact, 0, length);
      Received received =
          new Received(KernelFrame.read(exact, descriptors.size()), List.copyOf(descriptors));
      KernelFrame frame = received.frame();
      if (frame.kind() == KernelFrame.EVENT) {
        events.accept(received);
      } else if (frame.kind() == KernelFrame.REPLY) {
        answer(received);
      } else {
        throw new MalformedFrameException("the kernel sent a request");
      }
      taken = true;
    } finally {
      if (!taken) {
        descriptors.forEach(Descriptor::close);
      }
    }
  }

  private void answer(Received received) throws MalformedFrameException {
    Reply waiter;
    state.lock();
    try {
      waiter = waiters.remove(received.frame().sequence());
    } finally {
      state.unlock();
    }
    if (waiter == null) {
      throw new MalformedFrameException(
          "reply to sequence " + received.frame().sequence() + ", which nobody asked");
    }
    waiter.complete(received);
  }

  private void tellAll(PortunusException reason) {
    List<Reply> left;
    state.lock();
    try {
      ended = Optional.of(reason);
      left = List.copyOf(waiters.values());
      waiters.clear();
    } finally {
      state.unlock();
    }
    left.forEach(waiter -> waiter.completeExceptionally(reason));
    end.complete(reason);
  }
}
