// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/** Frames that wait for a task that does not read. */
class OutboxTest {
  private static final int LONGEST = KernelFrame.HEAD + KernelFrame.MAX_BODY;

  private static KernelFrame frame(int number, int body) {
    return new KernelFrame(1, KernelFrame.EVENT, 0, number, 0, new byte[body]);
  }

  @Test
  void whatWaitsArrivesInOrder() throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    try (SeqpacketChannel kernel = SeqpacketChannel.of(pair.first(), LONGEST);
        SeqpacketChannel task = SeqpacketChannel.of(pair.second(), LONGEST);
        ReceivedMessage message = new ReceivedMessage(LONGEST)) {
      Outbox outbox = new Outbox(kernel, new Closer(), new DescriptorRoom(100));
      int sent = 0;
      Outbox.Outcome outcome = Outbox.Outcome.SENT;
      while (outcome == Outbox.Outcome.SENT) {
        outcome = outbox.send(frame(sent++, 1000), List.of());
      }
      assertThat(outcome).isEqualTo(Outbox.Outcome.WAITING);
      assertThat(outbox.send(frame(sent++, 1000), List.of())).isEqualTo(Outbox.Outcome.WAITING);
      for (int i = 0; i < sent; i++) {
        assertThat(task.receive(message, WaitMode.DONT_WAIT)).isEqualTo(KernelFrame.HEAD + 1000);
        assertThat(message.data().get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isEqualTo(i);
        outcome = outbox.flush();
      }
      assertThat(outcome).isEqualTo(Outbox.Outcome.SENT);
    }
  }

  @Test
  void tooManyFramesOrBytesOverflow() throws LinuxException {
    for (int body : new int[] {0, KernelFrame.MAX_BODY}) {
      UnixSocket.Pair pair = UnixSocket.pair();
      try (SeqpacketChannel kernel = SeqpacketChannel.of(pair.first(), LONGEST)) {
        Outbox outbox = new Outbox(kernel, new Closer(), new DescriptorRoom(100));
        int waiting = 0;
        Outbox.Outcome outcome = Outbox.Outcome.SENT;
        while (outcome != Outbox.Outcome.OVERFLOW) {
          outcome = outbox.send(frame(0, body), List.of());
          waiting += outcome == Outbox.Outcome.WAITING ? 1 : 0;
        }
        assertThat(waiting).isLessThanOrEqualTo(Outbox.MAX_FRAMES);
        assertThat((long) waiting * (KernelFrame.HEAD + body))
            .isLessThanOrEqualTo(Outbox.MAX_BYTES);
        pair.second().close();
        assertThat(outbox.flush()).isEqualTo(Outbox.Outcome.PEER_GONE);
        outbox.discard();
        assertThat(outbox.flush()).isEqualTo(Outbox.Outcome.SENT);
        assertThat(outbox.send(frame(0, body), List.of())).isEqualTo(Outbox.Outcome.PEER_GONE);
      }
    }
  }

  @Test
  void descriptorsThatWaitAreFewAndTakeUpRoom() throws LinuxException {
    for (int capacity : new int[] {10, 1000}) {
      DescriptorRoom room = new DescriptorRoom(capacity).part();
      UnixSocket.Pair pair = UnixSocket.pair();
      try (SeqpacketChannel kernel = SeqpacketChannel.of(pair.first(), LONGEST);
          Descriptor peer = pair.second()) {
        Outbox outbox = new Outbox(kernel, new Closer(), room);
        Outbox.Outcome outcome = Outbox.Outcome.SENT;
        while (outcome == Outbox.Outcome.SENT) {
          outcome = outbox.send(frame(0, 1000), List.of());
        }
        int waiting = 0;
        while (outcome == Outbox.Outcome.WAITING) {
          KernelFrame one = new KernelFrame(1, KernelFrame.EVENT, 1, 0, 0, new byte[0]);
          outcome = outbox.send(one, List.of(peer.duplicate()));
          waiting += outcome == Outbox.Outcome.WAITING ? 1 : 0;
        }
        assertThat(outcome).isEqualTo(Outbox.Outcome.REFUSED);
        assertThat(waiting)
            .as("its share of %d", capacity)
            .isEqualTo(capacity == 10 ? 2 : Outbox.MAX_DESCRIPTORS);
        assertThat(room.used()).isEqualTo(waiting);
        outbox.discard();
        assertThat(room.used()).isZero();
      }
    }
  }
}
