// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.file.Descriptor;

class MemorySocketTest {
  private static final int[] NONE = {};

  private static byte[] receive(FrameSocket socket, List<Descriptor> descriptors) {
    byte[] bytes = new byte[16];
    int length = socket.receive(bytes, descriptors);
    return length < 0 ? new byte[] {(byte) length} : Arrays.copyOf(bytes, length);
  }

  @Test
  void messagesArriveWholeAndInOrder() {
    MemorySocket.Pair pair = MemorySocket.pair();
    assertThat(pair.first().send(new byte[] {1, 2, 3}, 2, NONE, 0)).isEqualTo(2);
    assertThat(pair.first().send(new byte[] {4}, 1, NONE, 0)).isEqualTo(1);
    assertThat(receive(pair.second(), new ArrayList<>())).containsExactly(1, 2);
    assertThat(receive(pair.second(), new ArrayList<>())).containsExactly(4);
  }

  @Test
  void descriptorsTravelAsDuplicates() throws Exception {
    MemorySocket.Pair pair = MemorySocket.pair();
    try (EventCounter counter = EventCounter.create()) {
      int[] numbers = {counter.descriptor().raw()};
      assertThat(pair.first().send(new byte[1], 1, numbers, 1)).isEqualTo(1);
      List<Descriptor> arrived = new ArrayList<>();
      assertThat(receive(pair.second(), arrived)).hasSize(1);
      try (Descriptor copy = arrived.getFirst()) {
        assertThat(copy.raw()).isNotEqualTo(counter.descriptor().raw());
      }
      assertThat(counter.descriptor().isOpen()).isTrue();
    }
  }

  @Test
  void aFullOneTakesNoMoreUntilThereIsRoom() {
    MemorySocket.Pair pair = MemorySocket.pair();
    int sent = 0;
    while (pair.first().send(new byte[1], 1, NONE, 0) == 1) {
      sent++;
    }
    assertThat(pair.first().send(new byte[1], 1, NONE, 0)).isEqualTo(FrameSocket.FULL);
    assertThat(receive(pair.second(), new ArrayList<>())).hasSize(1);
    pair.first().awaitRoom(Long.MAX_VALUE);
    assertThat(pair.first().send(new byte[1], 1, NONE, 0)).isEqualTo(1);
    assertThat(sent).isEqualTo(64);
  }

  @Test
  void theEndOfOneIsTheEndOfBothAfterWhatWasSent() {
    MemorySocket.Pair pair = MemorySocket.pair();
    assertThat(pair.first().send(new byte[] {7}, 1, NONE, 0)).isEqualTo(1);
    pair.first().shutdown();
    assertThat(receive(pair.second(), new ArrayList<>())).containsExactly(7);
    assertThat(receive(pair.second(), new ArrayList<>())).containsExactly(FrameSocket.ENDED);
    assertThat(pair.second().send(new byte[1], 1, NONE, 0)).isEqualTo(FrameSocket.ENDED);
  }
}
