// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.log.LogLine;

/**
 * The end of what a task wrote, for its crash report: some last lines, and the error report of its
 * Java machine from the first line on. What the log leaves out for its rate is kept here.
 *
 * <p>A task can make it hold {@link #MAX_CHARS} and {@link #MAX_FATAL} characters; all tasks
 * together get room for some error reports only. The lock {@code state} guards everything.
 */
public final class OutputTail {
  static final int MAX_LINES = 40;
  static final int MAX_CHARS = 8 * 1024;
  static final int MAX_FATAL = 96 * 1024;
  private static final List<String> FIRST_LINES =
      List.of(
          "# A fatal error has been detected by the Java Runtime Environment",
          "# There is insufficient memory for the Java Runtime Environment");

  private final ReentrantLock state = new ReentrantLock();
  private AtomicLong room = new AtomicLong();
  private final ArrayDeque<CrashReport.Output> lines = new ArrayDeque<>();
  private final List<String> fatal = new ArrayList<>();
  private int chars;
  private long taken;
  private boolean isFatal;
  private long cut;
  private int streams;
  private Runnable whenEnded = () -> {};

  /** What was kept. */
  public record Kept(List<CrashReport.Output> lines, List<String> fatal, long cut) {}

  /**
   * A stream will end.
   *
   * @param shared characters of error reports that all tasks together may still keep
   */
  void opened(AtomicLong shared) {
    state.lock();
    try {
      room = shared;
      streams++;
    } finally {
      state.unlock();
    }
  }

  void line(LogLine.Level level, String text) {
    state.lock();
    try {
      if (level == LogLine.Level.ERR && FIRST_LINES.stream().anyMatch(text::startsWith)) {
        isFatal = true;
      }
      if (isFatal && level == LogLine.Level.ERR) {
        addFatal(text);
      } else {
        add(new CrashReport.Output(level.name(), text));
      }
    } finally {
      state.unlock();
    }
  }

  private void add(CrashReport.Output line) {
    lines.addLast(line);
    chars += line.text().length();
    while (lines.size() > MAX_LINES || (chars > MAX_CHARS && lines.size() > 1)) {
      chars -= lines.removeFirst().text().length();
    }
  }

  private void addFatal(String text) {
    int size = text.length() + 1;
    if (taken + size > MAX_FATAL) {
      cut++;
      return;
    }
    if (room.addAndGet(-size) < 0) {
      room.addAndGet(size);
      cut++;
      return;
    }
    taken += size;
    fatal.add(text);
  }

  void streamEnded() {
    Runnable action = () -> {};
    state.lock();
    try {
      streams--;
      if (streams == 0) {
        action = whenEnded;
        whenEnded = () -> {};
      }
    } finally {
      state.unlock();
    }
    action.run();
  }

  /** Runs the action when the task writes no more, at once if so. */
  public void whenEnded(Runnable action) {
    state.lock();
    try {
      if (streams > 0) {
        whenEnded = action;
        return;
      }
    } finally {
      state.unlock();
    }
    action.run();
  }

  /** What was kept, which is given up. */
  public Kept take() {
    state.lock();
    try {
      Kept kept = new Kept(List.copyOf(lines), List.copyOf(fatal), cut);
      lines.clear();
      fatal.clear();
      room.addAndGet(taken);
      taken = 0;
      return kept;
    } finally {
      state.unlock();
    }
  }
}
