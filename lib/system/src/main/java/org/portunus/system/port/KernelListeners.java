// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.StartOrder;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelExchange.Received;

/**
 * Events of the kernel socket, handed from the reader to one event thread, so that a listener may
 * use the kernel socket.
 *
 * <p>The lock {@code state} guards the tables and listeners; none runs under it. The queue is
 * bounded by what this task asked for: one event an armed port, one a call, one a link, one a
 * start.
 */
final class KernelListeners {
  private static final int MAX_WHY = 4096;

  /** Hears of connections that the kernel ended. */
  interface ConnectionEnds {
    void ended(long connection, PortunusException why);
  }

  private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final CompletableFuture<TaskStart> taskStart = new CompletableFuture<>();
  private final ReentrantLock state = new ReentrantLock();
  private final Map<Integer, Runnable> armed = new HashMap<>();
  private final Map<Long, Runnable> links = new HashMap<>();
  private final List<Runnable> atEnd = new ArrayList<>();
  private volatile ConnectionEnds connectionEnds = (_, _) -> {};
  private CallCancelListener cancels;
  private volatile @Nullable CallCounts counts;
  private volatile @Nullable Questions reports;
  private volatile boolean reportWaits;
  private Runnable terminate = () -> {};
  private boolean terminated;
  private boolean ended;

  /**
   * @param unheard hears of cancelled calls as long as nobody else does: no call is known then
   */
  KernelListeners(CallCancelListener unheard) {
    this.cancels = unheard;
  }

  void start() {
    Thread.ofPlatform().daemon().name("kernel-events").start(this::runAll);
  }

  private void runAll() {
    try {
      boolean open = true;
      while (open) {
        runIsolated(queue.take());
        state.lock();
        try {
          open = !(ended && queue.isEmpty());
        } finally {
          state.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A listener that fails must not cost the others their events. */
  private static void runIsolated(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException fault) {
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, fault);
    }
  }

  void arm(PortName name, Runnable whenAvailable) {
    state.lock();
    try {
      armed.put(name.number(), whenAvailable);
    } finally {
      state.unlock();
    }
  }

  void disarm(PortName name) {
    state.lock();
    try {
      armed.remove(name.number());
    } finally {
      state.unlock();
    }
  }

  void onConnectionEnded(ConnectionEnds listener) {
    connectionEnds = listener;
  }

  void onCallCancel(CallCancelListener listener) {
    state.lock();
    try {
      cancels = listener;
    } finally {
      state.unlock();
    }
  }

  void onLinkRevoked(long connection, Runnable action) {
    state.lock();
    try {
      links.put(connection, action);
    } finally {
      state.unlock();
    }
  }

  void forgetLink(long connection) {
    state.lock();
    try {
      links.remove(connection);
    } finally {
      state.unlock();
    }
  }

  private void revoked(long connection) {
    Runnable action;
    state.lock();
    try {
      action = links.remove(connection);
    } finally {
      state.unlock();
    }
    if (action != null) {
      action.run();
    }
  }

  /** The action runs once when the kernel asks this task to end, at once if it has. */
  void onTerminate(Runnable action) {
    state.lock();
    try {
      if (!terminated) {
        terminate = action;
        return;
      }
    } finally {
      state.unlock();
    }
    action.run();
  }

  private void terminate() {
    Runnable action;
    state.lock();
    try {
      if (terminated) {
        return;
      }
      terminated = true;
      action = terminate;
    } finally {
      state.unlock();
    }
    action.run();
  }

  void onEnd(Runnable action) {
    state.lock();
    try {
      if (!ended) {
        atEnd.add(action);
        return;
      }
    } finally {
      state.unlock();
    }
    action.run();
  }

  CompletableFuture<TaskStart> taskStart() {
    return taskStart;
  }

  /** Takes an event from the reader; when it throws, the descriptors are still the reader's. */
  void accept(Received event) throws MalformedFrameException {
    WireReader in = new WireReader(event.frame().body());
    Optional<KernelOperation> operation = KernelOperation.of(event.frame().operation());
    if (operation.equals(Optional.of(KernelOperation.TASK_START))) {
      startTask(event);
      return;
    }
    event.closeDescriptors();
    if (operation.equals(Optional.of(KernelOperation.MESSAGE_AVAILABLE))) {
      int name = in.i32("name");
      in.end();
      queue.add(() -> available(name));
    } else if (operation.equals(Optional.of(KernelOperation.CALL_CANCEL))) {
      long connection = in.i64("connection");
      long call = in.i64("call");
      in.end();
      queue.add(() -> cancels().callCancelled(connection, call));
    } else if (operation.equals(Optional.of(KernelOperation.LINK_REVOKED))) {
      long connection = in.i64("connection");
      in.end();
      queue.add(() -> revoked(connection));
    } else if (operation.equals(Optional.of(KernelOperation.CONNECTION_ENDED))) {
      long connection = in.i64("connection");
      ErrorCode code = ErrorCode.of(in.i32("error")).orElse(ErrorCode.INVALID);
      PortunusException why = new PortunusException(code, in.string("why", MAX_WHY));
      in.end();
      queue.add(() -> connectionEnds.ended(connection, why));
    } else if (operation.equals(Optional.of(KernelOperation.REPORT_ASKED))) {
      in.end();
      if (!reportWaits) {
        reportWaits = true;
        queue.add(this::report);
      }
    } else if (operation.equals(Optional.of(KernelOperation.TASK_TERMINATE))) {
      in.end();
      queue.add(this::terminate);
    }
  }

  private void report() {
    reportWaits = false;
    CallCounts known = counts;
    Questions told = reports;
    if (known != null && told != null) {
      told.tell(KernelOperation.REPORT, new WireWriter().i64(known.taken()).i64(known.answered()));
    }
  }

  /** From now on the kernel is told of these when it asks. */
  void onReport(CallCounts newCounts, Questions newReports) {
    counts = newCounts;
    reports = newReports;
  }

  private void startTask(Received event) throws MalformedFrameException {
    List<Descriptor> descriptors = event.descriptors();
    if (descriptors.size() != 1) {
      throw new MalformedFrameException("start with " + descriptors.size() + " descriptors");
    }
    StartOrder order = StartOrder.read(event.frame().body());
    if (!taskStart.complete(new TaskStart(order, descriptors.getFirst()))) {
      event.closeDescriptors();
    }
  }

  private CallCancelListener cancels() {
    state.lock();
    try {
      return cancels;
    } finally {
      state.unlock();
    }
  }

  private void available(int name) {
    Runnable listener;
    state.lock();
    try {
      listener = armed.remove(name);
    } finally {
      state.unlock();
    }
    if (listener != null) {
      listener.run();
    }
  }

  /** The socket has ended. */
  void end(PortunusException reason) {
    List<Runnable> actions;
    state.lock();
    try {
      ended = true;
      actions = List.copyOf(atEnd);
      atEnd.clear();
    } finally {
      state.unlock();
    }
    taskStart.completeExceptionally(reason);
    queue.add(() -> actions.forEach(Runnable::run));
  }
}
