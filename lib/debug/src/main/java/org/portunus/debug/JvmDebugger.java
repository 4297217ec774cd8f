// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * Looks by the means of the Java machine.
 *
 * <p>The lock {@code state} guards what was taken, and lets one be taken or read at a time.
 */
public final class JvmDebugger implements TaskDebugger {
  private final ReentrantLock state = new ReentrantLock();
  private Capture taken = Capture.NOTHING;

  /** Takes something. */
  private interface Taking {
    Capture take() throws IOException;
  }

  @Override
  public void record(int seconds) {
    if (seconds < 1 || seconds > LONGEST) {
      throw new PortunusException(
          ErrorCode.DECODE, "a recording lasts 1 to " + LONGEST + " seconds, not " + seconds);
    }
    keep("a recording", () -> FlightRecording.take(seconds));
  }

  @Override
  public void dumpHeap() {
    keep("a heap dump", HeapDump::take);
  }

  private void keep(String what, Taking taking) {
    if (!state.tryLock()) {
      throw new PortunusException(ErrorCode.LIMIT_CALLS, "something else is being taken");
    }
    try {
      taken.close();
      taken = Capture.NOTHING;
      taken = taking.take();
    } catch (IOException failure) {
      throw failed(what, failure);
    } finally {
      state.unlock();
    }
  }

  @Override
  public byte[] next() {
    state.lock();
    try {
      byte[] part = taken.next();
      if (part.length == 0) {
        taken.close();
        taken = Capture.NOTHING;
      }
      return part;
    } catch (IOException failure) {
      throw failed("what was taken", failure);
    } finally {
      state.unlock();
    }
  }

  private static PortunusException failed(String what, IOException failure) {
    return new PortunusException(
        ErrorCode.SYSTEM_CALL,
        "%s, of which at most %d bytes can be written: %s".formatted(what, MOST, failure),
        failure);
  }

  @Override
  public int debuggerPort() {
    return DebuggerAgent.port();
  }

  @Override
  public List<ThreadState> threads() {
    ThreadInfo[] all = ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
    return Arrays.stream(all).limit(ThreadState.MOST).map(JvmDebugger::state).toList();
  }

  private static ThreadState state(ThreadInfo thread) {
    return new ThreadState(
        thread.getThreadId(),
        ThreadState.shortened(thread.getThreadName()),
        thread.getThreadState().name(),
        thread.isDaemon(),
        waitsFor(thread),
        frames(thread));
  }

  private static Optional<String> waitsFor(ThreadInfo thread) {
    return Optional.ofNullable(thread.getLockName())
        .map(lock ->
            thread.getLockOwnerId() < 0
                ? lock
                : String.format(
                    Locale.ROOT,
                    "%s, owned by %s (%d)",
                    lock,
                    ThreadState.shortened(String.valueOf(thread.getLockOwnerName())),
                    thread.getLockOwnerId()));
  }

  private static List<String> frames(ThreadInfo thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : stack) {
      if (frames.size() == ThreadState.FRAMES) {
        frames.add((stack.length - ThreadState.FRAMES) + " more");
        return frames;
      }
      frames.add(frame.toString());
    }
    return frames;
  }
}
