// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Pipe;

class EpollTest {
  @Test
  void eventsComeWithTheTokenOfTheirDescriptor() throws LinuxException {
    try (Epoll epoll = Epoll.create(4);
        EventCounter first = EventCounter.create();
        EventCounter second = EventCounter.create()) {
      epoll.add(first.descriptor(), Epoll.READABLE, 0x1122334455667788L);
      epoll.add(second.descriptor(), Epoll.READABLE, -2);
      assertThat(epoll.await(0)).isZero();

      second.signal();
      second.signal();
      assertThat(epoll.await(Epoll.FOREVER)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(-2);
      assertThat(epoll.events(0)).isEqualTo(Epoll.READABLE);
      assertThat(second.drain()).isEqualTo(2);
      assertThat(second.drain()).isZero();

      first.signal();
      assertThat(epoll.await(Epoll.FOREVER)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(0x1122334455667788L);

      epoll.modify(first.descriptor(), 0, 1);
      assertThat(epoll.await(0)).isZero();
      epoll.remove(first.descriptor());
      assertThatThrownBy(() -> epoll.remove(first.descriptor())).isInstanceOf(LinuxException.class);
    }
  }

  @Test
  void aSignalWakesTheWaiter() throws Exception {
    try (Epoll epoll = Epoll.create(1);
        EventCounter counter = EventCounter.create()) {
      epoll.add(counter.descriptor(), Epoll.READABLE, 3);
      Thread signaller = Thread.ofPlatform().start(counter::signal);
      assertThat(epoll.await(Epoll.FOREVER)).isEqualTo(1);
      signaller.join();
    }
  }

  @Test
  void noMoreThanTheCapacityComesAtOnce() throws LinuxException {
    try (Epoll epoll = Epoll.create(2)) {
      EventCounter[] counters = new EventCounter[3];
      for (int i = 0; i < counters.length; i++) {
        counters[i] = EventCounter.create();
        counters[i].signal();
        epoll.add(counters[i].descriptor(), Epoll.READABLE, i);
      }
      assertThat(epoll.await(0)).isEqualTo(2);
      for (EventCounter counter : counters) {
        counter.close();
      }
    }
    assertThatThrownBy(() -> Epoll.create(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pollTellsReadinessAndHangUp() throws LinuxException {
    try (Pipe pipe = Pipe.create()) {
      assertThat(Readiness.await(pipe.reader(), Readiness.READABLE, 1)).isZero();
      assertThat(Readiness.await(pipe.writer(), Readiness.WRITABLE, 0))
          .isEqualTo(Readiness.WRITABLE);
      pipe.writer().close();
      assertThat(Readiness.await(pipe.reader(), Readiness.READABLE, Readiness.FOREVER))
          .isEqualTo(Readiness.HANG_UP);
    }
  }
}
