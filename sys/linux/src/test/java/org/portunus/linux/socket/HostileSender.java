// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/** Sends what SeqpacketChannel refuses to send: any number of descriptors. */
final class HostileSender {
  private HostileSender() {}

  static void send(Descriptor socket, int descriptors) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment control = arena.allocate(16 + 4L * descriptors + 8, 8);
      control.set(ValueLayout.JAVA_LONG, 0, 16 + 4L * descriptors);
      control.set(ValueLayout.JAVA_INT, 8, 1);
      control.set(ValueLayout.JAVA_INT, 12, 1);
      for (int i = 0; i < descriptors; i++) {
        control.set(ValueLayout.JAVA_INT, 16 + 4L * i, socket.raw());
      }
      MemorySegment vector = arena.allocate(Layouts.IoVector.SIZE, 8);
      vector.set(ValueLayout.JAVA_LONG, 0, control.address());
      vector.set(ValueLayout.JAVA_LONG, 8, 1);
      MemorySegment header = arena.allocate(Layouts.MessageHeader.SIZE, 8);
      header.set(ValueLayout.JAVA_LONG, Layouts.MessageHeader.VECTORS, vector.address());
      header.set(ValueLayout.JAVA_LONG, Layouts.MessageHeader.VECTOR_COUNT, 1);
      header.set(ValueLayout.JAVA_LONG, Layouts.MessageHeader.CONTROL, control.address());
      header.set(
          ValueLayout.JAVA_LONG, Layouts.MessageHeader.CONTROL_LENGTH, 16 + 4L * descriptors);
      assertThat(SystemCall.invoke(Call.SENDMSG, socket.raw(), header.address(), 0)).isEqualTo(1);
    }
  }
}
