// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * How the tasks of jobs ended, for clients that have just lost theirs. Who asks before the kernel
 * has told of the end waits for it, at most {@link #WAIT_NANOS}; an end counts for {@link
 * #FRESH_NANOS}.
 *
 * <p>Not thread-safe: the supervisor's thread.
 */
final class LastEnds {
  static final long WAIT_NANOS = 250_000_000;
  static final long FRESH_NANOS = 2_000_000_000;

  /** Most questions that wait; further ones are answered with what is known. */
  static final int MOST = 256;

  private final LongSupplier nanoTime;
  private final Map<String, End> ends = new HashMap<>();
  private final List<Question> waiting = new ArrayList<>();

  private record End(String how, long at) {}

  private record Question(String label, long until, Consumer<String> answer) {}

  LastEnds(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A task of the job has ended. */
  void ended(String label, String how) {
    ends.put(label, new End(how, nanoTime.getAsLong()));
    answer(question -> question.label.equals(label));
  }

  /**
   * Answers how the latest task of the job ended, now or later; with nothing if none has lately.
   *
   * @param runs whether a task of the job serves: then it may be the one that has ended
   */
  void ask(String label, boolean runs, Consumer<String> answer) {
    if (runs && waiting.size() < MOST) {
      waiting.add(new Question(label, nanoTime.getAsLong() + WAIT_NANOS, answer));
    } else {
      answer.accept(known(label));
    }
  }

  private String known(String label) {
    End end = ends.get(label);
    return end == null || nanoTime.getAsLong() - end.at > FRESH_NANOS ? "" : end.how;
  }

  /** Answers who has waited long enough. */
  void timePasses() {
    if (!waiting.isEmpty()) {
      long now = nanoTime.getAsLong();
      answer(question -> question.until - now <= 0);
    }
  }

  private void answer(Predicate<Question> due) {
    for (Iterator<Question> each = waiting.iterator(); each.hasNext(); ) {
      Question question = each.next();
      if (due.test(question)) {
        each.remove();
        question.answer.accept(known(question.label));
      }
    }
  }

  /** When {@link #timePasses} has something to do, by the clock. */
  OptionalLong wakeAt() {
    return waiting.stream().mapToLong(Question::until).min();
  }
}
