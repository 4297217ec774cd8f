// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.Mapping;

/**
 * Memory of this process whose pages come from a {@link PageSource} when they are touched for the
 * first time. Its pager is not trusted: it decides what the bytes are, and how long they take up to
 * a deadline, and nothing else.
 *
 * <p>Java code reads by {@link #copy} and writes by {@link #put}. Code that needs an address gets
 * {@link #address}; there the pages come by page faults.
 *
 * <p>When an answer is late, wrong or an error, the pager counts as dead: pages that are there
 * stay, all others are lost for good. Java code gets PAGER_LOST with the cause; native code that
 * touches such a page gets SIGBUS, and before Linux 6.6, which can't poison pages, a process whose
 * native code has the address ends with status {@value #ENDED}.
 *
 * <p>Safe for use by several threads. The lock {@code use} guards who is inside and the ends.
 */
public final class PagedMemory implements AutoCloseable {
  /** Bytes of a page, which is what a pager is asked for. */
  public static final int PAGE_BYTES = 4096;

  /** Most bytes of one memory. */
  public static final long MAX_BYTES = 1L << 30;

  /** Exit status of a process that can't go on without a page, where pages can't be poisoned. */
  public static final int ENDED = 71;

  private final long size;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final Pages pages;

  private final ReentrantLock use = new ReentrantLock();
  private final Condition left = use.newCondition();
  private final ReentrantLock givingBack = new ReentrantLock();
  private Optional<FaultLoop> loop = Optional.empty();
  private int inside;
  private boolean closed;

  private PagedMemory(
      long size, PageSource source, Duration deadline, boolean poisoning, Pages.Ending ending)
      throws LinuxException {
    this.size = size;
    this.memory = Mapping.anonymous((size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES, arena);
    this.pages = new Pages(memory, source, deadline.toNanos(), poisoning, ending);
  }

  /**
   * Memory of this size. Nothing is asked for before something is touched.
   *
   * @param size bytes, 1 to {@link #MAX_BYTES}; the last page is supplied whole
   * @param deadline for each page, both ways; 1 ms to 24 hours
   * @throws PortunusException LIMIT_MEMORY for another size
   */
  public static PagedMemory open(long size, PageSource source, Duration deadline) {
    return open(size, source, deadline, true, lost -> Runtime.getRuntime().halt(ENDED));
  }

  /** For tests: as a kernel has it that can't poison, with what is done then. */
  static PagedMemory openWithoutPoison(
      long size, PageSource source, Duration deadline, Pages.Ending ending) {
    return open(size, source, deadline, false, ending);
  }

  private static PagedMemory open(
      long size, PageSource source, Duration deadline, boolean poisoning, Pages.Ending ending) {
    if (size < 1 || size > MAX_BYTES) {
      throw new PortunusException(
          ErrorCode.LIMIT_MEMORY,
          "memory with a pager of %d bytes, at most %d".formatted(size, MAX_BYTES));
    }
    if (deadline.toMillis() < 1 || deadline.toHours() >= 24) {
      throw new IllegalArgumentException("a page's deadline is 1 ms to 24 hours, not " + deadline);
    }
    try {
      PagedMemory opened = new PagedMemory(size, source, deadline, poisoning, ending);
      Thread.ofPlatform().daemon().name("portunus-pager-watch").start(opened.pages::watch);
      return opened;
    } catch (LinuxException failure) {
      throw new PortunusException(
          ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()), failure);
    }
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /**
   * Copies bytes out; pages that are not there are asked for, one after the other.
   *
   * @param offset of the first byte
   * @param into as many bytes as this has
   * @throws PortunusException PAGER_LOST if one of the pages is lost, INVALID after the close
   */
  public void copy(long offset, MemorySegment into) {
    Objects.checkFromIndexSize(offset, into.byteSize(), size);
    enter();
    try {
      for (long done = 0; done < into.byteSize(); ) {
        long at = offset + done;
        pages.require((int) (at / PAGE_BYTES));
        long count = Math.min(PAGE_BYTES - at % PAGE_BYTES, into.byteSize() - done);
        MemorySegment.copy(memory, at, into, done, count);
        done += count;
      }
    } finally {
      leave();
    }
  }

  /**
   * Copies bytes in. The pages are asked for first, and are dirty then, until {@link #giveBack}.
   * What native code writes by itself is not noticed.
   *
   * @param offset of the first byte
   * @throws PortunusException as with {@link #copy}; pages before the lost one are written
   */
  public void put(long offset, MemorySegment from) {
    Objects.checkFromIndexSize(offset, from.byteSize(), size);
    enter();
    try {
      for (long done = 0; done < from.byteSize(); ) {
        long at = offset + done;
        pages.require((int) (at / PAGE_BYTES));
        int within = (int) (at % PAGE_BYTES);
        long count = Math.min(PAGE_BYTES - within, from.byteSize() - done);
        pages.put((int) (at / PAGE_BYTES), within, from.asSlice(done, count));
        done += count;
      }
    } finally {
      leave();
    }
  }

  /**
   * Gives all dirty pages back to the pager.
   *
   * @return how many pages it took
   * @throws IOException from the page source, which refused one: that and those behind it stay
   *     dirty
   * @throws PortunusException PAGER_LOST when it is lost; pages it has not taken stay dirty
   */
  public int giveBack() throws IOException {
    enter();
    givingBack.lock();
    try {
      int given = 0;
      for (int page = pages.giveBack(0); page >= 0; page = pages.giveBack(page + 1)) {
        given++;
      }
      return given;
    } finally {
      givingBack.unlock();
      leave();
    }
  }

  /**
   * Where the memory is, for native code of this process, until the close: a segment of no bytes,
   * since Java code must not wait in a page fault. Faults are handled one after the other. A system
   * call that is given a page that is not there fails with EFAULT. What native code writes is never
   * given back.
   *
   * @throws PortunusException RIGHT_REFUSED in a sandbox, whose filters refuse userfaultfd(2), and
   *     on kernels without it; PAGER_LOST
   */
  public MemorySegment address() {
    use.lock();
    try {
      checkOpen();
      if (loop.isEmpty()) {
        loop = Optional.of(FaultLoop.start(pages));
      }
      return MemorySegment.ofAddress(memory.address());
    } finally {
      use.unlock();
    }
  }

  /** Why pages that are not there will not come; empty while they may. */
  public Optional<PortunusException> loss() {
    return pages.loss();
  }

  private void enter() {
    use.lock();
    try {
      checkOpen();
      inside++;
    } finally {
      use.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new PortunusException(ErrorCode.INVALID, "the memory was closed");
    }
  }

  private void leave() {
    use.lock();
    try {
      if (--inside == 0) {
        left.signalAll();
      }
    } finally {
      use.unlock();
    }
  }

  /**
   * Unmaps it. Dirty pages are dropped; who waits for a page gets INVALID. Returns when nobody is
   * inside any more, at the latest when the page source lets go of those that ask it.
   */
  @Override
  public void close() {
    use.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      pages.lose(new PortunusException(ErrorCode.INVALID, "the memory was closed"));
      while (inside > 0) {
        left.awaitUninterruptibly();
      }
    } finally {
      use.unlock();
    }
    loop.ifPresent(FaultLoop::close);
    arena.close();
  }
}
