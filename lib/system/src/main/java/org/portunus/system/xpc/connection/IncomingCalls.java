// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
  private final SpareCalls pool;
  private final Runner runner;
  private final Reception reception;
  private final Reception.Work reading = this::awaited;
  private final ReentrantLock state = new ReentrantLock();
  private final Condition work = state.newCondition();
  private final Condition progress = state.newCondition();
  private final CallMap<IncomingCall> open = new CallMap<>();
  private final WaitingCalls waiting = new WaitingCalls();
  private final Set<Long> earlyCancels = new HashSet<>();
  // Of the one that reads: the call whose first frame came last.
  private long begun;
  private long last;
  private long bytes;
  private int oneways;
  private final UnansweredCalls unanswered;
  private int workers;
  private int idleWorkers;
  // Of those: they read, and will look for calls when they are done.
  private int readingWorkers;
  private boolean ended;
  // What the lock guards, for those who look without it.
  private volatile boolean full;
  private volatile boolean runsOneways;
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
    this.pool = new SpareCalls(calls);
    this.name = name;
    this.limits = limits;
    this.unanswered = new UnansweredCalls(transactions, state);
    this.reception = reception;
    this.runner = runner;
  }

  /** Checks the number of a call whose first frame has come: each is one more than the last. */
  void begin(long number) throws MalformedFrameException {
    if (number != begun + 1) {
      throw new MalformedFrameException(
          "call %s after call %s"
              .formatted(Long.toUnsignedString(number), Long.toUnsignedString(begun)));
    }
    begun = number;
  }

  /** A call for the reader to fill. */
  IncomingCall spare() {
    return pool.take(state);
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
      last = call.number();
      open.put(last, call);
      bytes += call.length();
      oneways += oneway ? 1 : 0;
      waiting.add(call);
      measure();
      unanswered.begin();
      starts = callsWorker(readingWorkers);
    } finally {
      state.unlock();
    }
    if (starts) {
      startWorker();
    }
  }

  /**
   * Has a worker come if there is work for more than those who come anyway.
   *
   * @return whether one is to be started, which is counted already
   */
  private boolean callsWorker(int coming) {
    int eligible = waiting.replies() + (waiting.hasOneway() ? 1 : 0);
    if (eligible > idleWorkers && workers < limits.handlers()) {
      workers++;
      return true;
    }
    if (eligible > coming) {
      work.signal();
    }
    return false;
  }

  /** Whether a thread runs a request without reply, and takes another one or reads after it. */
  boolean runsOneways() {
    return runsOneways;
  }

  private void startWorker() {
    boolean started = false;
    try {
      Thread.ofPlatform().daemon().name(name).start(new Worker());
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

  /** Says to those who look without the lock what has changed; writes nothing else. */
  private void measure() {
    boolean isFull =
        !open.isEmpty()
            && (bytes + limits.maxMessage() > limits.maxWaitingBytes()
                || oneways >= limits.maxWaitingOneways());
    if (full != isFull) {
      full = isFull;
    }
    if (runsOneways != waiting.onewayRuns()) {
      runsOneways = waiting.onewayRuns();
    }
    Reception.Awaited now = whatIsAwaited();
    if (awaited != now) {
      awaited = now;
    }
  }

  private Reception.Awaited whatIsAwaited() {
    if (waiting.replies() > 0) {
      return Reception.Awaited.CALL;
    }
    if (ended) {
      return Reception.Awaited.END;
    }
    return waiting.hasOneway() ? Reception.Awaited.ONEWAY : Reception.Awaited.NOTHING;
  }

  /** Whether whoever waits for room may look, which is not worth it for a single call. */
  private boolean isRoomy() {
    return !full && oneways <= limits.maxWaitingOneways() / 2;
  }

  private Reception.Awaited awaited() {
    return awaited;
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

  /**
   * A thread that runs calls, until there are none for long. It says that a request without reply
   * has ended when it takes the next call, and that such requests need no answer when it takes
   * another call or none.
   */
  private final class Worker implements Runnable {
    private @Nullable IncomingCall done;
    private List<Runnable> listeners = List.of();
    private int unsaid;

    @Override
    public void run() {
      boolean more;
      do {
        // In a frame of its own, so that a thread that waits keeps no call from the collector.
        more = runNext();
      } while (more);
    }

    private boolean runNext() {
      IncomingCall call = take(this);
      if (call == null) {
        return false;
      }
      Left left = Left.NOTHING;
      try {
        left = runner.run(call);
      } finally {
        if (call.kind() == IncomingCall.Kind.ONE_WAY) {
          unsaid++;
        } else if (left == Left.NOTHING) {
          unanswered.answered(1);
        }
      }
      if (left == Left.NOTHING) {
        done = call;
      }
      return true;
    }

    /** With the lock: closes the last call. */
    private void finish() {
      IncomingCall call = done;
      if (call == null) {
        return;
      }
      done = null;
      listeners = call.whenEnded;
      if (call.kind() == IncomingCall.Kind.ONE_WAY) {
        waiting.onewayEnded();
        release(call);
        close(call);
      }
      call.clear();
      pool.giveBack(call);
    }

    /** Without the lock. */
    private void sayEnded() {
      if (!listeners.isEmpty()) {
        List<Runnable> told = listeners;
        listeners = List.of();
        told.forEach(Runnable::run);
      }
    }

    /** Without the lock. */
    private void sayAnswered() {
      if (unsaid > 0) {
        unanswered.answered(unsaid);
        unsaid = 0;
      }
    }
  }

  /** The answer of a staged call was sent. */
  void answered() {
    unanswered.answered(1);
  }

  /** Runs the action when none is left after the end, at once if so. */
  void whenNoneIsLeft(Runnable action) {
    unanswered.whenNoneIsLeft(action);
  }

  /** Waits until every call has ended and its answer was sent. */
  void awaitAll() {
    unanswered.awaitNone();
  }

  private @Nullable IncomingCall take(Worker worker) {
    IncomingCall next = takeNext(worker);
    if (next == null || next.kind() == IncomingCall.Kind.WITH_REPLY) {
      reception.leaveOneways();
      worker.sayAnswered();
    }
    return next;
  }

  private @Nullable IncomingCall takeNext(Worker worker) {
    boolean starts = false;
    boolean roomy;
    IncomingCall next;
    state.lock();
    try {
      worker.finish();
      next = nextEligible();
      if (next == null) {
        measure();
        next = awaitNext(worker);
      }
      if (next == null) {
        workers--;
      } else {
        next.runner = Thread.currentThread();
        // This thread may have made it possible that one runs which did not call a worker before.
        starts = waiting.hasOneway() && callsWorker(0);
      }
      roomy = isRoomy();
    } finally {
      state.unlock();
    }
    if (starts) {
      startWorker();
    }
    if (roomy) {
      reception.room();
    }
    worker.sayEnded();
    return next;
  }

  /** With the lock, which it gives back meanwhile. */
  private @Nullable IncomingCall awaitNext(Worker worker) {
    long left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
    IncomingCall next = null;
    while (next == null && left > 0 && !ended) {
      idleWorkers++;
      try {
        if (!read(worker) && awaited == Reception.Awaited.NOTHING) {
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
    return next;
  }

  /** Reads without the lock; false if others do. */
  private boolean read(Worker worker) {
    readingWorkers++;
    state.unlock();
    try {
      worker.sayEnded();
      worker.sayAnswered();
      if (reception.readForWork(reading)) {
        return true;
      }
      reception.leaveOneways();
      return false;
    } finally {
      state.lock();
      readingWorkers--;
    }
  }

  private @Nullable IncomingCall nextEligible() {
    IncomingCall next = waiting.start();
    if (next != null) {
      measure();
    }
    return next;
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
    boolean roomy;
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
      roomy = isRoomy();
    } finally {
      state.unlock();
    }
    if (roomy) {
      reception.room();
    }
  }

  /**
   * The call has ended, on the thread that ran it; from now on it can't be interrupted. One without
   * reply ends when its thread takes another.
   */
  void ended(IncomingCall call) {
    if (call.kind() == IncomingCall.Kind.ONE_WAY) {
      return;
    }
    List<Runnable> listeners;
    boolean roomy;
    state.lock();
    try {
      release(call);
      close(call);
      listeners = call.whenEnded;
      call.whenEnded = List.of();
      roomy = isRoomy();
    } finally {
      state.unlock();
    }
    if (roomy) {
      reception.room();
    }
    listeners.forEach(Runnable::run);
  }

  /** A cancel may have come after the last look: the interrupt must not reach the next call. */
  private static void release(IncomingCall call) {
    call.runner = null;
    call.onCancel = null;
    boolean _ = Thread.interrupted();
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
    List<IncomingCall> dropped;
    state.lock();
    try {
      ended = true;
      unanswered.noMore();
      dropped = waiting.remove(oneways);
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
    unanswered.answered(dropped.size());
  }

  /** What becomes of one-way calls that wait when the session ends. */
  enum Leftover {
    RUN,
    DROP
  }
}
