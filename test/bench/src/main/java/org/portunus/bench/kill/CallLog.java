// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.kill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.ProgressListener;
import portunus.example.inspector.Report;
import portunus.example.inspector.UnsupportedDocument;
import portunus.example.inspector.demo.Inspectors;

/**
 * Inspectors that pass every call on and write down when it began, when and how it ended, and for
 * which document it was.
 *
 * <p>The lock {@code state} guards everything.
 */
final class CallLog implements Inspectors {
  /**
   * A call that ended.
   *
   * @param error empty when the service answered, also with an error of its interface
   */
  record Ended(long start, long end, Optional<ErrorCode> error) {
    boolean isInterrupted() {
      return error.equals(Optional.of(ErrorCode.INTERRUPTED));
    }
  }

  private final Inspectors inspectors;
  private final ReentrantLock state = new ReentrantLock();
  private final Condition started = state.newCondition();
  private final IdentityHashMap<FileRight, List<Ended>> byDocument = new IdentityHashMap<>();
  private int open;

  CallLog(Inspectors inspectors) {
    this.inspectors = inspectors;
  }

  /** The calls of each document, in order. */
  List<List<Ended>> documents() {
    state.lock();
    try {
      return byDocument.values().stream().map(List::copyOf).toList();
    } finally {
      state.unlock();
    }
  }

  /** Waits until a call is in flight; false if none was in time. */
  boolean awaitCall(Duration atMost) throws InterruptedException {
    state.lock();
    try {
      long left = atMost.toNanos();
      while (open == 0 && left > 0) {
        left = started.awaitNanos(left);
      }
      return open > 0;
    } finally {
      state.unlock();
    }
  }

  /** Lets time pass, while calls may begin and end. */
  void pass(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  @Override
  public DocumentInspector within(Duration deadline) {
    DocumentInspector inspector = inspectors.within(deadline);
    return new DocumentInspector() {
      @Override
      public Report inspect(FileRight document, Options options, ProgressListener listener)
          throws UnsupportedDocument, InspectionFailed {
        long start = begin();
        Optional<ErrorCode> error = Optional.empty();
        try {
          return inspector.inspect(document, options, listener);
        } catch (PortunusException failure) {
          error = Optional.of(failure.code());
          throw failure;
        } finally {
          end(document, new Ended(start, System.nanoTime(), error));
        }
      }

      @Override
      public int version() {
        return inspector.version();
      }

      @Override
      public long size(FileRight document) throws InspectionFailed {
        return inspector.size(document);
      }
    };
  }

  private long begin() {
    state.lock();
    try {
      open++;
      started.signalAll();
      return System.nanoTime();
    } finally {
      state.unlock();
    }
  }

  private void end(FileRight document, Ended call) {
    state.lock();
    try {
      open--;
      byDocument.computeIfAbsent(document, _ -> new ArrayList<>()).add(call);
    } finally {
      state.unlock();
    }
  }
}
