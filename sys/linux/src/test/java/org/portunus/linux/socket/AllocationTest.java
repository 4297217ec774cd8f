// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.process.JavaChild;

class AllocationTest {
  @Test
  void sendingAndReceivingAllocateNothing() throws LinuxException {
    JavaChild child = JavaChild.run(List.of("-XX:-UseTLAB"), Rounds.class);
    assertThat(Long.parseLong(child.output())).isLessThan(8L * Rounds.COUNT);
  }

  /** Prints the bytes that many rounds allocate once compiled. */
  static final class Rounds {
    static final int COUNT = 20_000;

    private Rounds() {}

    private static long used() {
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    public static void main(String[] arguments) throws LinuxException {
      UnixSocket.Pair pair = UnixSocket.pair();
      UnixSocket.passCredentials(pair.second());
      byte[] bytes = new byte[64];
      int[] descriptors = {0};
      try (SeqpacketChannel left = SeqpacketChannel.of(pair.first(), 64);
          SeqpacketChannel right = SeqpacketChannel.of(pair.second(), 64);
          ReceivedMessage message = new ReceivedMessage(64)) {
        long before = 0;
        WeakReference<Object> witness = new WeakReference<>(message);
        for (int i = 0; i < 2 * COUNT; i++) {
          if (i == COUNT) {
            before = used();
            witness = new WeakReference<>(new Object());
          }
          left.send(bytes, 0, 64, descriptors, 1, WaitMode.WAIT);
          right.receive(message, WaitMode.WAIT);
        }
        long allocated = used() - before;
        // A collection would hide what was allocated, and would clear the witness.
        System.out.println(witness.get() == null ? Long.MAX_VALUE : allocated);
      }
    }
  }
}
