// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.memory.UserFaults;

/**
 * The thread that takes the page faults of native code, one after the other, until it is closed.
 */
final class FaultLoop implements AutoCloseable {
  private final Pages pages;
  private final UserFaults faults;
  private final EventCounter stop;
  private final Thread thread;

  private FaultLoop(Pages pages, UserFaults faults, EventCounter stop) {
    this.pages = pages;
    this.faults = faults;
    this.stop = stop;
    this.thread = Thread.ofPlatform().daemon().name("portunus-pager-faults").unstarted(this::run);
  }

  static FaultLoop start(Pages pages) {
    EventCounter stop = counter();
    try {
      FaultLoop loop = new FaultLoop(pages, pages.handleFaults(), stop);
      loop.thread.start();
      return loop;
    } catch (PortunusException refused) {
      stop.close();
      throw refused;
    }
  }

  private static EventCounter counter() {
    try {
      return EventCounter.create();
    } catch (LinuxException failure) {
      throw failed(failure);
    }
  }

  private void run() {
    try {
      for (long offset = faults.await(stop); offset >= 0; offset = faults.await(stop)) {
        pages.fault(offset);
      }
    } catch (LinuxException failure) {
      pages.lose(failed(failure));
    }
  }

  private static PortunusException failed(LinuxException failure) {
    return new PortunusException(
        ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()), failure);
  }

  /** Returns when the thread has ended; the pages are lost by then. */
  @Override
  public void close() {
    stop.signal();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    faults.close();
    stop.close();
  }
}
