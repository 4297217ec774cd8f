// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

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
  private final CallHandling runner;
  private final Reception reception;
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
  // The worker that has begun to read last; only it finds itself here.
  private volatile @Nullable CallWorker reader;

  /**
   * @param calls makes another one
   */
  IncomingCalls(
      String name,
      ConnectionLimits limits,
      Transactions transactions,
      Reception reception,
      Supplier<IncomingCall> calls,
      CallHandling runner) {
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
        checkUnanswered(maxCalls);
      }
      awaitRoom(call);
      if (!earlyCancels.isEmpty()) {
        cancelEarly(call);
      }
      last = call.number();
      open.put(last, call);
      bytes += call.length();
      oneways += oneway ? 1 : 0;
      unanswered.begin();
      starts = !startsHere(call) && isLeftToWorkers(call);
      measure();
    } finally {
      state.unlock();
    }
    if (starts) {
      startWorker();
    }
  }

  private void cancelEarly(IncomingCall call) {
    if (earlyCancels.remove(call.number())) {
      call.cancelEarly();
    }
  }

  /** Those whose answer is on its way have ended for the peer, perhaps. */
  private void checkUnanswered(int maxCalls) throws MalformedFrameException {
    long ended = open.values().stream().filter(IncomingCall::hasLeft).count();
    if (open.size() - oneways - ended >= maxCalls) {
      throw new MalformedFrameException("more than " + maxCalls + " unanswered calls");
    }
  }

  /** Whether the thread that reads is a worker that has nothing to run before this. */
  private boolean startsHere(IncomingCall call) {
    CallWorker worker = reader;
    if (worker == null || !worker.readsHere() || !waiting.startAtOnce(call)) {
      return false;
    }
    call.start(Thread.currentThread());
    worker.next = call;
    readingWorkers--;
    idleWorkers--;
    return true;
  }

  private boolean isLeftToWorkers(IncomingCall call) {
    waiting.add(call);
    return callsWorker(readingWorkers);
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
      Thread.ofPlatform().daemon().name(name).start(new CallWorker(this));
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

  /** What may run and does not, as was said last. */
  Reception.Awaited awaited() {
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

  /** Has the worker's thread run the call, which it closes when it takes the next. */
  void run(IncomingCall call, CallWorker worker) {
    CallHandling.Left left = CallHandling.Left.NOTHING;
    try {
      left = runner.run(call);
    } finally {
      if (call.kind() == IncomingCall.Kind.ONE_WAY) {
        worker.unsaid++;
      } else if (left == CallHandling.Left.NOTHING) {
        unanswered.answered(1);
      }
    }
    if (left == CallHandling.Left.NOTHING) {
      worker.done = call;
    }
  }

  private void sayAnswered(CallWorker worker) {
    if (worker.unsaid > 0) {
      unanswered.answered(worker.unsaid);
      worker.unsaid = 0;
    }
  }

  /** With the lock: closes the call that the worker has run; who is to be told that it ended. */
  private List<Runnable> finish(CallWorker worker) {
    IncomingCall call = worker.done;
    if (call == null) {
      return List.of();
    }
    worker.done = null;
    if (call.kind() == IncomingCall.Kind.ONE_WAY) {
      waiting.onewayEnded();
      boolean _ = call.leave();
    }
    List<Runnable> listeners = call.takeListeners();
    close(call);
    call.clear();
    pool.giveBack(call);
    return listeners;
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

  /** The next call for a worker to run; null if none has come for long. */
  @Nullable IncomingCall take(CallWorker worker) {
    IncomingCall next = takeNext(worker);
    if (next == null || next.kind() == IncomingCall.Kind.WITH_REPLY) {
      reception.leaveOneways();
      sayAnswered(worker);
    }
    return next;
  }

  private @Nullable IncomingCall takeNext(CallWorker worker) {
    IncomingCall next = afterLast(worker);
    while (next == null && worker.isIdle) {
      boolean read = read(worker);
      next = worker.takeRead();
      if (next == null) {
        next = afterReading(worker, read);
      }
    }
    return next;
  }

  /** Ends the call that the worker has run, and starts one that waits. */
  private @Nullable IncomingCall afterLast(CallWorker worker) {
    IncomingCall next;
    boolean starts;
    boolean roomy;
    List<Runnable> listeners;
    state.lock();
    try {
      listeners = finish(worker);
      worker.left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
      next = startNext(worker);
      starts = callsAnother(next);
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
    listeners.forEach(Runnable::run);
    return next;
  }

  /** Reads without the lock; false if others do. */
  private boolean read(CallWorker worker) {
    sayAnswered(worker);
    reader = worker;
    boolean read = worker.read(reception);
    if (!read) {
      reception.leaveOneways();
    }
    return read;
  }

  private @Nullable IncomingCall afterReading(CallWorker worker, boolean read) {
    IncomingCall next;
    boolean starts;
    state.lock();
    try {
      readingWorkers--;
      if (!read) {
        worker.left = awaitWork(worker.left);
      }
      idleWorkers--;
      next = startNext(worker);
      starts = callsAnother(next);
    } finally {
      state.unlock();
    }
    if (starts) {
      startWorker();
    }
    return next;
  }

  /** With the lock, which it gives back meanwhile; how much is left of the time. */
  private long awaitWork(long time) {
    long left = time;
    while (awaited == Reception.Awaited.NOTHING && left > 0) {
      try {
        left = work.awaitNanos(left);
      } catch (InterruptedException late) {
        // A cancel that came when its call had ended; nothing here is to be interrupted.
        left = Math.max(left, 1);
      }
    }
    return left;
  }

  /** With the lock: the next one, or the worker is counted as one that reads, or as none. */
  private @Nullable IncomingCall startNext(CallWorker worker) {
    IncomingCall next = nextEligible();
    worker.isIdle = next == null && !ended && worker.left > 0;
    if (worker.isIdle) {
      idleWorkers++;
      readingWorkers++;
    } else if (next == null) {
      workers--;
    }
    return next;
  }

  /** This thread may have made it possible that one runs which did not call a worker before. */
  private boolean callsAnother(@Nullable IncomingCall started) {
    return started != null && waiting.hasOneway() && callsWorker(0);
  }

  private @Nullable IncomingCall nextEligible() {
    IncomingCall next = waiting.start();
    if (next != null) {
      next.start(Thread.currentThread());
      measure();
    }
    return next;
  }

  /**
   * The call's method has returned, on this thread, which is free now; a cancel runs the action on
   * a thread of its own, since it is the implementation's code.
   */
  void staged(IncomingCall call, Runnable onCancel) {
    boolean roomy;
    state.lock();
    try {
      bytes -= call.length();
      call.dropBody();
      call.stage(onCancel);
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
   * The call has ended, on the thread that ran it, and can't be interrupted from now on. It is
   * closed when that thread takes another; one without reply ends only then.
   */
  void ended(IncomingCall call) {
    if (call.kind() == IncomingCall.Kind.ONE_WAY) {
      return;
    }
    if (call.isStaged()) {
      stagedEnded(call);
    } else if (!call.leave()) {
      sayEnded(call);
    }
  }

  private void stagedEnded(IncomingCall call) {
    boolean roomy;
    state.lock();
    try {
      close(call);
      roomy = isRoomy();
    } finally {
      state.unlock();
    }
    if (roomy) {
      reception.room();
    }
    sayEnded(call);
  }

  private void sayEnded(IncomingCall call) {
    List<Runnable> listeners;
    state.lock();
    try {
      listeners = call.takeListeners();
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
        call.cancel();
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
    List<Runnable> due = List.of(whenEnded);
    state.lock();
    try {
      IncomingCall call = open.get(number);
      if (call != null) {
        call.tellEnd(whenEnded);
        call.cancel();
        due = call.hasLeft() ? call.takeListeners() : List.of();
      } else if (!ended
          && Long.compareUnsigned(number, last) > 0
          && earlyCancels.size() < MAX_EARLY_CANCELS) {
        earlyCancels.add(number);
      }
    } finally {
      state.unlock();
    }
    due.forEach(Runnable::run);
  }

  /**
   * The peer is gone: calls with a reply are cancelled, since nobody waits. One-way calls were
   * delivered and still run, unless they are dropped.
   */
  void end(Leftover oneways) {
    List<IncomingCall> dropped;
    List<Runnable> listeners;
    state.lock();
    try {
      ended = true;
      unanswered.noMore();
      dropped = waiting.remove(oneways);
      dropped.forEach(this::close);
      listeners = dropped.stream().flatMap(call -> call.takeListeners().stream()).toList();
      measure();
      open.values().stream()
          .filter(call -> call.kind() == IncomingCall.Kind.WITH_REPLY || oneways == Leftover.DROP)
          .forEach(IncomingCall::cancel);
      work.signalAll();
      progress.signalAll();
    } finally {
      state.unlock();
    }
    dropped.forEach(call -> call.rights().drop());
    listeners.forEach(Runnable::run);
    unanswered.answered(dropped.size());
  }

  /** What becomes of one-way calls that wait when the session ends. */
  enum Leftover {
    RUN,
    DROP
  }
}
