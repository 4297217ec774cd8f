// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * The calls of the peer that have not ended, and the threads that run them.
 *
 * <p>Calls start in the order of their arrival, as many at once as the limits allow. One-way calls
 * run one after the other; one that waits for the one before does not hold up calls behind it.
 *
 * <pre>
 *   waiting --handler takes it--> running --handler returns--> ended
 *      |                           |   |                         ^
 *      |                           |   +--handler returns--> staged
 *      |                           |      a stage               |
 *      +-- cancel: ends unstarted  |                            +-- cancel: the stage is cancelled
 *                                  +-- cancel: its thread is interrupted
 * </pre>
 *
 * A staged call has no thread and ends when its stage does.
 *
 * <p>The lock {@code state} guards everything, and the changing parts of each {@link IncomingCall};
 * no call runs under it.
 */
final class IncomingCalls {
  private static final int IDLE_SECONDS = 10;
  private static final int MAX_EARLY_CANCELS = 256;

  private final String name;
  private final ConnectionLimits limits;
  private final Transactions transactions;
  private final Supplier<IncomingCall> calls;
  private final Spares<IncomingCall> spares = new Spares<>();
  private final Runner runner;
  private final Reception reception;
  private final Reception.Work reading = this::awaited;
  private final ReentrantLock state = new ReentrantLock();
  private final Condition work = state.newCondition();
  private final Condition progress = state.newCondition();
  private final CallMap<IncomingCall> open = new CallMap<>();
  private final Deque<IncomingCall> waiting = new ArrayDeque<>();
  private final Set<Long> earlyCancels = new HashSet<>();
  // Written by the one that reads.
  private volatile long last;
  private long bytes;
  private int oneways;
  private final AtomicInteger unanswered = new AtomicInteger();
  // Somebody wants to know when none is left.
  private volatile boolean lastWords;
  private final List<Runnable> whenNoneIsLeft = new ArrayList<>();
  private int workers;
  private int idleWorkers;
  // Of those: they read, and will look for calls when they are done.
  private int readingWorkers;
  private int waitingReplies;
  private boolean onewayRuns;
  private boolean ended;
  // What the lock guards, for those who look without it.
  private volatile boolean full;
  private volatile Reception.Awaited awaited = Reception.Awaited.NOTHING;

  /** What is left of a call when its handler is done with it. */
  enum Left {
    NOTHING,
    /** It is staged; {@link #answered()} is called once its answer was sent. */
    ANSWER
  }

  /** Runs calls. */
  interface Runner {
    /**
     * Runs a call to its end, calling {@link #ended} in between, or calls {@link #staged}. Throws
     * nothing.
     */
    Left run(IncomingCall call);
  }

  /**
   * @param calls makes another one
   */
  IncomingCalls(
      String name,
      ConnectionLimits limits,
      Transactions transactions,
      Reception reception,
      Supplier<IncomingCall> calls,
      Runner runner) {
    this.calls = calls;
    this.name = name;
    this.limits = limits;
    this.transactions = transactions;
    this.reception = reception;
    this.runner = runner;
  }

  /** Checks the number of a call whose first frame has come: each is one more than the last. */
  void begin(long number) throws MalformedFrameException {
    if (number != last + 1) {
      throw new MalformedFrameException(
          "call %s after call %s"
              .formatted(Long.toUnsignedString(number), Long.toUnsignedString(last)));
    }
    last = number;
  }

  /** A call for the reader to fill. */
  IncomingCall spare() {
    IncomingCall spare = spares.take();
    return spare == null ? calls.get() : spare;
  }

  /**
   * Takes a complete call from the reader; waits for handlers if too much is waiting.
   *
   * @throws MalformedFrameException when the peer has more calls open than was agreed
   * @throws PortunusException LIMIT_CALLS when the handlers made no room in time
   */
  void add(IncomingCall call, int maxCalls) throws MalformedFrameException {
    boolean starts;
    state.lock();
    try {
      boolean oneway = call.kind() == IncomingCall.Kind.ONE_WAY;
      if (!oneway && open.size() - oneways >= maxCalls) {
        throw new MalformedFrameException("more than " + maxCalls + " unanswered calls");
      }
      awaitRoom(call);
      if (!earlyCancels.isEmpty()) {
        call.cancelled = earlyCancels.remove(call.number());
      }
      open.put(call.number(), call);
      bytes += call.length();
      oneways += oneway ? 1 : 0;
      waiting.add(call);
      count(call, 1);
      measure();
      unanswered.incrementAndGet();
      transactions.begin();
      starts = waiting.size() > idleWorkers && workers < limits.handlers();
      if (starts) {
        workers++;
      } else if (waiting.size() > readingWorkers) {
        work.signal();
      }
    } finally {
      state.unlock();
    }
    if (starts) {
      startWorker();
    }
  }

  private void startWorker() {
    boolean started = false;
    try {
      Thread.ofPlatform().daemon().name(name).start(this::runCalls);
      started = true;
    } finally {
      if (!started) {
        state.lock();
        try {
          workers--;
        } finally {
          state.unlock();
        }
      }
    }
  }

  /** Whether the longest message could be taken without waiting. */
  boolean hasRoom() {
    return !full;
  }

  /** Says to those who look without the lock what has changed. */
  private void measure() {
    full =
        !open.isEmpty()
            && (bytes + limits.maxMessage() > limits.maxWaitingBytes()
                || oneways >= limits.maxWaitingOneways());
    if (waitingReplies > 0) {
      awaited = Reception.Awaited.CALL;
    } else {
      awaited =
          ended || (!waiting.isEmpty() && !onewayRuns)
              ? Reception.Awaited.OTHER
              : Reception.Awaited.NOTHING;
    }
  }

  private Reception.Awaited awaited() {
    return awaited;
  }

  private void count(IncomingCall call, int by) {
    if (call.kind() == IncomingCall.Kind.WITH_REPLY) {
      waitingReplies += by;
    }
  }

  private void awaitRoom(IncomingCall call) {
    long left = limits.patience().toNanos();
    while (!ended && !open.isEmpty() && isFull(call)) {
      if (left <= 0) {
        throw new PortunusException(
            ErrorCode.LIMIT_CALLS,
            "the handlers ended no call in %s, and %d bytes of calls wait"
                .formatted(limits.patience(), bytes));
      }
      try {
        left = progress.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PortunusException(ErrorCode.CANCELLED, "the reader was interrupted", e);
      }
    }
  }

  private boolean isFull(IncomingCall call) {
    return bytes + call.length() > limits.maxWaitingBytes()
        || (call.kind() == IncomingCall.Kind.ONE_WAY && oneways >= limits.maxWaitingOneways());
  }

  private void runCalls() {
    boolean more;
    do {
      // In a frame of its own, so that a thread that waits keeps no call from the collector.
      more = runNext();
    } while (more);
  }

  private boolean runNext() {
    IncomingCall call = take();
    if (call == null) {
      return false;
    }
    Left left = Left.NOTHING;
    try {
      left = runner.run(call);
    } finally {
      if (left == Left.NOTHING) {
        answered(1);
      }
    }
    if (left == Left.NOTHING) {
      call.clear();
      spares.give(call);
    }
    return true;
  }

  /** The answer of a staged call was sent. */
  void answered() {
    answered(1);
  }

  private void answered(int count) {
    int left = unanswered.addAndGet(-count);
    for (int i = 0; i < count; i++) {
      transactions.end();
    }
    if (left == 0 && lastWords) {
      noneIsLeft();
    }
  }

  private void noneIsLeft() {
    List<Runnable> actions = List.of();
    state.lock();
    try {
      if (unanswered.get() == 0 && ended) {
        actions = List.copyOf(whenNoneIsLeft);
        whenNoneIsLeft.clear();
      }
      progress.signalAll();
    } finally {
      state.unlock();
    }
    actions.forEach(Runnable::run);
  }

  /** Runs the action when none is left after the end, at once if so. */
  void whenNoneIsLeft(Runnable action) {
    state.lock();
    try {
      lastWords = true;
      if (unanswered.get() > 0 || !ended) {
        whenNoneIsLeft.add(action);
        return;
      }
    } finally {
      state.unlock();
    }
    action.run();
  }

  private @Nullable IncomingCall take() {
    state.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
      IncomingCall next = nextEligible();
      while (next == null && left > 0 && !ended) {
        idleWorkers++;
        try {
          if (!read() && awaited == Reception.Awaited.NOTHING) {
            left = work.awaitNanos(left);
          }
        } catch (InterruptedException late) {
          // A cancel that came when its call had ended; nothing here is to be interrupted.
          left = Math.max(left, 1);
        } finally {
          idleWorkers--;
        }
        next = nextEligible();
      }
      if (next == null) {
        workers--;
      } else {
        next.runner = Thread.currentThread();
      }
      return next;
    } finally {
      state.unlock();
    }
  }

  /** Reads without the lock; false if others do. */
  private boolean read() {
    readingWorkers++;
    state.unlock();
    try {
      return reception.readForWork(reading);
    } finally {
      state.lock();
      readingWorkers--;
    }
  }

  private @Nullable IncomingCall nextEligible() {
    IncomingCall first = waiting.peek();
    if (first == null || isEligible(first)) {
      return first == null ? null : started(waiting.remove());
    }
    for (var left = waiting.iterator(); left.hasNext(); ) {
      IncomingCall call = left.next();
      if (isEligible(call)) {
        left.remove();
        return started(call);
      }
    }
    return null;
  }

  private boolean isEligible(IncomingCall call) {
    return call.kind() == IncomingCall.Kind.WITH_REPLY || !onewayRuns;
  }

  private IncomingCall started(IncomingCall call) {
    onewayRuns |= call.kind() == IncomingCall.Kind.ONE_WAY;
    count(call, -1);
    measure();
    return call;
  }

  /** Whether the call was cancelled before or while it ran. */
  boolean isCancelled(IncomingCall call) {
    return call.cancelled;
  }

  /**
   * The call's method has returned, on this thread, which is free now; a cancel runs the action on
   * a thread of its own, since it is the implementation's code.
   */
  void staged(IncomingCall call, Runnable onCancel) {
    state.lock();
    try {
      call.runner = null;
      Thread.interrupted();
      bytes -= call.length();
      call.dropBody();
      call.onCancel = onCancel;
      if (call.cancelled) {
        interrupt(call);
      }
      measure();
      progress.signalAll();
    } finally {
      state.unlock();
    }
  }

  /** The call has ended, on the thread that ran it; from now on it can't be interrupted. */
  void ended(IncomingCall call) {
    List<Runnable> listeners;
    state.lock();
    try {
      call.runner = null;
      call.onCancel = null;
      // A cancel may have come after the last look: the interrupt must not reach the next call.
      Thread.interrupted();
      close(call);
      if (call.kind() == IncomingCall.Kind.ONE_WAY) {
        onewayRuns = false;
        measure();
        work.signal();
      }
      listeners = call.whenEnded;
    } finally {
      state.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  private void close(IncomingCall call) {
    IncomingCall _ = open.remove(call.number());
    bytes -= call.length();
    oneways -= call.kind() == IncomingCall.Kind.ONE_WAY ? 1 : 0;
    measure();
    progress.signalAll();
  }

  /**
   * The peer asks to cancel. A call that has ended is no error.
   *
   * @throws MalformedFrameException for a call that was never made
   */
  void cancel(long number) throws MalformedFrameException {
    state.lock();
    try {
      if (Long.compareUnsigned(number, last) > 0 || number == 0) {
        throw new MalformedFrameException(
            "cancel of call " + Long.toUnsignedString(number) + ", which was never made");
      }
      IncomingCall call = open.get(number);
      if (call != null) {
        interrupt(call);
      }
    } finally {
      state.unlock();
    }
  }

  /**
   * The kernel asks to cancel: the action runs when the call has ended, at once if it had. A call
   * that has not arrived yet is cancelled when it does.
   */
  void cancel(long number, Runnable whenEnded) {
    state.lock();
    try {
      IncomingCall call = open.get(number);
      if (call != null) {
        List<Runnable> listeners = new ArrayList<>(call.whenEnded);
        listeners.add(whenEnded);
        call.whenEnded = List.copyOf(listeners);
        interrupt(call);
        return;
      }
      if (!ended
          && Long.compareUnsigned(number, last) > 0
          && earlyCancels.size() < MAX_EARLY_CANCELS) {
        earlyCancels.add(number);
      }
    } finally {
      state.unlock();
    }
    whenEnded.run();
  }

  private static void interrupt(IncomingCall call) {
    call.cancelled = true;
    if (call.runner != null) {
      call.runner.interrupt();
    }
    if (call.onCancel != null) {
      StagedCall.COMPLETIONS.execute(call.onCancel);
      call.onCancel = null;
    }
  }

  /**
   * The peer is gone: calls with a reply are cancelled, since nobody waits. One-way calls were
   * delivered and still run, unless they are dropped.
   */
  void end(Leftover oneways) {
    List<IncomingCall> dropped = new ArrayList<>();
    state.lock();
    try {
      ended = true;
      for (var left = waiting.iterator(); left.hasNext(); ) {
        IncomingCall call = left.next();
        if (call.kind() == IncomingCall.Kind.WITH_REPLY || oneways == Leftover.DROP) {
          left.remove();
          count(call, -1);
          dropped.add(call);
        }
      }
      dropped.forEach(this::close);
      measure();
      open.values().stream()
          .filter(call -> call.kind() == IncomingCall.Kind.WITH_REPLY || oneways == Leftover.DROP)
          .forEach(IncomingCalls::interrupt);
      work.signalAll();
      progress.signalAll();
    } finally {
      state.unlock();
    }
    for (IncomingCall call : dropped) {
      call.rights().drop();
      call.whenEnded.forEach(Runnable::run);
    }
    answered(dropped.size());
  }

  /** What becomes of one-way calls that wait when the session ends. */
  enum Leftover {
    RUN,
    DROP
  }

  /** Waits until every call has ended and its answer was sent. */
  void awaitAll() {
    state.lock();
    try {
      lastWords = true;
      while (unanswered.get() > 0) {
        progress.awaitUninterruptibly();
      }
    } finally {
      state.unlock();
    }
  }
}
