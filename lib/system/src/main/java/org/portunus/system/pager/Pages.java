// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.UserFaults;

/**
 * The pages of one memory: which are there, which are asked for, and that no more will come.
 *
 * <p>The lock {@code state} guards everything here, the filling of pages and their poisoning; it is
 * never held while the pager is asked.
 */
final class Pages {
  /** What is done when native code may wait for a page that can be neither had nor poisoned. */
  interface Ending {
    void end(PortunusException loss);
  }

  private final MemorySegment memory;
  private final PageSource source;
  private final long deadlineNanos;
  private final boolean poisoning;
  private final Ending ending;
  private final PageState[] states;
  private final List<Asking> asked = new ArrayList<>();
  private Optional<UserFaults> faults = Optional.empty();
  private Optional<PortunusException> loss = Optional.empty();
  private boolean watcherIdles;

  private final ReentrantLock state = new ReentrantLock();
  private final Condition changed = state.newCondition();
  private final Condition watched = state.newCondition();

  Pages(
      MemorySegment memory,
      PageSource source,
      long deadlineNanos,
      boolean poisoning,
      Ending ending) {
    this.memory = memory;
    this.source = source;
    this.deadlineNanos = deadlineNanos;
    this.poisoning = poisoning;
    this.ending = ending;
    this.states = new PageState[(int) (memory.byteSize() / PagedMemory.PAGE_BYTES)];
    Arrays.fill(states, PageState.MISSING);
  }

  private PageState state(int page) {
    return states[page];
  }

  private void set(int page, PageState to) {
    states[page] = to;
  }

  /** Returns when the page is there, asking the pager for it if nobody has. */
  void require(int page) {
    Optional<Asking> mine = beginRead(page);
    if (mine.isPresent()) {
      Asking asking = mine.get();
      byte[] content = {};
      Optional<PortunusException> failure = Optional.of(lost("its thread ended in an error"));
      try {
        content = source.read(asking.offset(), PagedMemory.PAGE_BYTES);
        failure = wrongSize(content);
      } catch (IOException | RuntimeException refused) {
        failure = Optional.of(lost(refused));
      } finally {
        endRead(page, asking, content, failure);
      }
    }
  }

  private static Optional<PortunusException> wrongSize(byte[] content) {
    return content.length == PagedMemory.PAGE_BYTES
        ? Optional.empty()
        : Optional.of(lost("it gave %d bytes for a page".formatted(content.length)));
  }

  /** Empty when it is there; if not, it is ASKED now, and the caller asks. */
  private Optional<Asking> beginRead(int page) {
    state.lock();
    try {
      while (true) {
        switch (state(page)) {
          case CLEAN, DIRTY -> {
            return Optional.empty();
          }
          case LOST -> throw again(loss.orElseThrow());
          case MISSING -> {
            set(page, PageState.ASKED);
            return Optional.of(begin(page));
          }
          case ASKED -> changed.awaitUninterruptibly();
        }
      }
    } finally {
      state.unlock();
    }
  }

  /** In the same hold of the lock in which the loss was looked at. */
  private Asking begin(int page) {
    Asking asking = new Asking((long) page * PagedMemory.PAGE_BYTES, Thread.currentThread());
    asked.add(asking);
    if (watcherIdles) {
      watched.signal();
    }
    return asking;
  }

  private void endRead(
      int page, Asking asking, byte[] content, Optional<PortunusException> failure) {
    state.lock();
    try {
      end(asking);
      failure.ifPresent(this::lose);
      if (loss.isPresent()) {
        throw again(loss.get());
      }
      fill(page, content);
      set(page, PageState.CLEAN);
      changed.signalAll();
    } finally {
      state.unlock();
    }
  }

  private void end(Asking asking) {
    boolean _ = asked.remove(asking);
    asking.forgetInterrupt();
    if (asking.left(deadlineNanos) <= 0) {
      loseOverdue(asking);
    }
  }

  private void fill(int page, byte[] content) {
    long offset = (long) page * PagedMemory.PAGE_BYTES;
    try {
      if (faults.isPresent()) {
        faults.get().supply(offset, content);
      } else {
        MemorySegment.copy(
            content, 0, memory, ValueLayout.JAVA_BYTE, offset, PagedMemory.PAGE_BYTES);
      }
    } catch (LinuxException failure) {
      PortunusException reason = new PortunusException(ErrorCode.SYSTEM_CALL, text(failure));
      lose(reason);
      throw reason;
    }
  }

  /** Puts bytes into a page that is there. */
  void put(int page, int at, MemorySegment bytes) {
    state.lock();
    try {
      if (!state(page).isThere()) {
        throw new IllegalStateException("page " + page + " is not there");
      }
      long offset = (long) page * PagedMemory.PAGE_BYTES + at;
      MemorySegment.copy(bytes, 0, memory, offset, bytes.byteSize());
      set(page, PageState.DIRTY);
    } finally {
      state.unlock();
    }
  }

  /**
   * Gives the first dirty page from this one on back.
   *
   * @return its number, or -1 when there is none
   * @throws IOException as the source threw it; the page stays dirty
   */
  int giveBack(int from) throws IOException {
    int page = from;
    byte[] content = new byte[PagedMemory.PAGE_BYTES];
    Asking asking;
    state.lock();
    try {
      while (page < states.length && state(page) != PageState.DIRTY) {
        page++;
      }
      if (page == states.length) {
        return -1;
      }
      if (loss.isPresent()) {
        throw again(loss.get());
      }
      long offset = (long) page * PagedMemory.PAGE_BYTES;
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, content, 0, content.length);
      set(page, PageState.CLEAN);
      asking = begin(page);
    } finally {
      state.unlock();
    }
    give(page, asking, content);
    return page;
  }

  private void give(int page, Asking asking, byte[] content) throws IOException {
    boolean taken = false;
    try {
      source.write(asking.offset(), content);
      taken = true;
    } catch (RuntimeException death) {
      lose(lost(death));
      throw death;
    } finally {
      endWrite(page, asking, taken);
    }
  }

  private void endWrite(int page, Asking asking, boolean taken) {
    state.lock();
    try {
      end(asking);
      if (!taken || loss.isPresent()) {
        set(page, PageState.DIRTY);
      }
      if (loss.isPresent()) {
        throw again(loss.get());
      }
    } finally {
      state.unlock();
    }
  }

  /**
   * Has faults of native code handled from now on.
   *
   * @throws PortunusException what is lost is lost for them too
   */
  UserFaults handleFaults() {
    state.lock();
    try {
      if (loss.isPresent()) {
        throw again(loss.get());
      }
      UserFaults handled = UserFaults.of(memory);
      faults = Optional.of(handled);
      return handled;
    } catch (LinuxException refused) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED,
          "page faults can't be handled here, only copies be made: " + text(refused),
          refused);
    } finally {
      state.unlock();
    }
  }

  /** Native code waits for a page. */
  void fault(long offset) throws LinuxException {
    try {
      require((int) (offset / PagedMemory.PAGE_BYTES));
    } catch (PortunusException lost) {
      // Who waits was woken by the poison.
      return;
    }
    state.lock();
    try {
      faults.orElseThrow().wake(offset);
    } finally {
      state.unlock();
    }
  }

  /** No page that is not there will come any more. The first reason stays. */
  void lose(PortunusException reason) {
    state.lock();
    try {
      if (loss.isPresent()) {
        return;
      }
      loss = Optional.of(reason);
      asked.forEach(Asking::interrupt);
      faults.ifPresent(handled -> poison(handled, reason));
      for (int page = 0; page < states.length; page++) {
        if (!state(page).isThere()) {
          set(page, PageState.LOST);
        }
      }
      changed.signalAll();
      watched.signalAll();
    } finally {
      state.unlock();
    }
  }

  private void poison(UserFaults handled, PortunusException reason) {
    if (!poisoning || !handled.poisons()) {
      if (reason.code() != ErrorCode.INVALID) {
        ending.end(reason);
      }
      return;
    }
    try {
      int first = 0;
      for (int page = 0; page <= states.length; page++) {
        if (page == states.length || state(page).isThere()) {
          if (page > first) {
            handled.poison(
                (long) first * PagedMemory.PAGE_BYTES,
                (long) (page - first) * PagedMemory.PAGE_BYTES);
          }
          first = page + 1;
        }
      }
    } catch (LinuxException failure) {
      ending.end(new PortunusException(ErrorCode.SYSTEM_CALL, text(failure), reason));
    }
  }

  /** Looks for overdue answers until the memory is lost or closed; by one thread. */
  void watch() {
    state.lock();
    try {
      while (loss.isEmpty()) {
        if (asked.isEmpty()) {
          watcherIdles = true;
          watched.awaitUninterruptibly();
          watcherIdles = false;
        } else {
          // The first is the oldest.
          Asking oldest = asked.getFirst();
          long left = oldest.left(deadlineNanos);
          if (left <= 0) {
            loseOverdue(oldest);
          } else {
            long _ = watched.awaitNanos(left);
          }
        }
      }
    } catch (InterruptedException stopped) {
      lose(lost("who watches its deadlines was interrupted"));
    } finally {
      state.unlock();
    }
  }

  private void loseOverdue(Asking asking) {
    String what = "it did not answer for the page at %d in time".formatted(asking.offset());
    lose(
        new PortunusException(
            ErrorCode.PAGER_LOST, what, new PortunusException(ErrorCode.DEADLINE, what)));
  }

  Optional<PortunusException> loss() {
    state.lock();
    try {
      return loss;
    } finally {
      state.unlock();
    }
  }

  private static PortunusException lost(String detail) {
    return new PortunusException(ErrorCode.PAGER_LOST, detail);
  }

  private static PortunusException lost(Exception cause) {
    return new PortunusException(ErrorCode.PAGER_LOST, text(cause), cause);
  }

  /** Each caller gets one with its own stack. */
  private static PortunusException again(PortunusException loss) {
    return new PortunusException(loss.code(), loss.detail(), loss);
  }

  private static String text(Exception cause) {
    return String.valueOf(cause.getMessage());
  }
}
