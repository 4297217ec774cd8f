// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.file.Pipe;

/** The one thread: timers, posts, deferred work, descriptors. */
class EventLoopTest {
  @Test
  void timersRunInTheirOrderAndOnce() throws LinuxException {
    try (EventLoop loop = new EventLoop()) {
      List<String> order = new ArrayList<>();
      loop.after(
          1_000_000_000,
          () -> {
            order.add("third");
            loop.stop();
          });
      loop.after(0, () -> order.add("first"));
      EventLoop.Timer cancelled = loop.after(0, () -> order.add("cancelled"));
      loop.after(0, () -> order.add("second"));
      cancelled.cancel();
      cancelled.cancel();
      loop.run();
      assertThat(order).containsExactly("first", "second", "third");
      assertThat(loop.waitingTimers()).isZero();
    }
  }

  @Test
  void cancelledTimersAreNotKept() throws LinuxException {
    try (EventLoop loop = new EventLoop()) {
      for (int i = 0; i < 10_000; i++) {
        loop.after(Long.MAX_VALUE, () -> {}).cancel();
      }
      assertThat(loop.waitingTimers()).isZero();
    }
  }

  @Test
  void theLongestTimesDoNotOverflow() throws LinuxException {
    try (EventLoop loop = new EventLoop()) {
      List<String> order = new ArrayList<>();
      loop.after(Long.MAX_VALUE, () -> order.add("never"));
      loop.after(-1, () -> order.add("now"));
      loop.after(Long.MIN_VALUE, loop::stop);
      loop.run();
      assertThat(order).doesNotContain("never").contains("now");
      assertThat(loop.waitingTimers()).isEqualTo(1);
    }
  }

  @Test
  void postsOfOtherThreadsAreRunAndDeferredWorkComesAfterTheHandler() throws Exception {
    try (EventLoop loop = new EventLoop()) {
      List<String> order = new ArrayList<>();
      Thread other =
          Thread.ofPlatform()
              .start(() ->
                  loop.post(() -> {
                    loop.defer(() -> {
                      order.add("deferred");
                      loop.stop();
                    });
                    order.add("posted");
                  }));
      loop.run();
      other.join();
      assertThat(order).containsExactly("posted", "deferred");
    }
  }

  @Test
  void aCancelledWatchHearsNothingOfTheSameTurn() throws LinuxException {
    try (EventLoop loop = new EventLoop();
        Pipe one = Pipe.create();
        Pipe two = Pipe.create()) {
      one.writer().writeFully(new byte[1]);
      two.writer().writeFully(new byte[1]);
      List<EventLoop.Watch> watches = new ArrayList<>();
      List<Integer> heard = new ArrayList<>();
      for (Pipe pipe : List.of(one, two)) {
        int number = watches.size();
        watches.add(
            loop.watch(
                pipe.reader(),
                Epoll.READABLE,
                events -> {
                  heard.add(number);
                  cancel(watches.get(0));
                  cancel(watches.get(1));
                  loop.stop();
                }));
      }
      loop.run();
      assertThat(heard).hasSize(1);
    }
  }

  private static void cancel(EventLoop.Watch watch) {
    try {
      watch.cancel();
    } catch (LinuxException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
