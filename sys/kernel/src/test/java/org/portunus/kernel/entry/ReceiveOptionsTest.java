// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;

/** What a receive with options takes, and what it refuses without taking a message. */
class ReceiveOptionsTest {
  private final TestKernel kernel;
  private final Peer peer;

  ReceiveOptionsTest() throws LinuxException {
    kernel = new TestKernel();
    peer = kernel.peer();
  }

  @AfterEach
  void end() throws LinuxException {
    peer.close();
    kernel.close();
  }

  private KernelFrame receive(int name, int options) throws LinuxException {
    return peer.ask(
        KernelOperation.MESSAGE_RECEIVE_OPTIONS,
        new WireWriter().fixed(question(name, options, ReceiveQuestion.NO_LIMIT)));
  }

  private static byte[] question(int name, int options, int limit) {
    return new ReceiveQuestion(name, 0, options, limit, 0).toBytes();
  }

  private KernReturn refusal(int name, int options) throws LinuxException {
    return KernReturn.of(receive(name, options).result()).orElseThrow();
  }

  @Test
  void optionsThatThereAreNoneOfTakeNothing() throws LinuxException, MalformedFrameException {
    int port = peer.port();
    PortDescriptor once = new PortDescriptor(port, Disposition.MAKE_SEND_ONCE);
    assertThat(peer.send(0, once, 9)).isEqualTo(KernReturn.SUCCESS);
    for (int elements : new int[] {5, 6, 9, 15}) {
      assertThat(refusal(port, elements << TrailerElements.SHIFT))
          .isEqualTo(KernReturn.RCV_INVALID_TRAILER);
    }
    for (int type = 1; type < 16; type++) {
      assertThat(refusal(port, type << 28)).isEqualTo(KernReturn.RCV_INVALID_TRAILER);
    }
    for (int bit = 0; bit < TrailerElements.SHIFT; bit++) {
      if ((MessageOption.RECEIVE & (1 << bit)) == 0) {
        assertThat(refusal(port, 1 << bit)).isEqualTo(KernReturn.RCV_INVALID_ARGUMENTS);
      }
    }
    KernelFrame negative =
        peer.ask(
            KernelOperation.MESSAGE_RECEIVE_OPTIONS, new WireWriter().fixed(question(port, 0, -1)));
    assertThat(KernReturn.of(negative.result())).contains(KernReturn.RCV_INVALID_ARGUMENTS);
    KernelFrame taken = receive(port, TrailerElements.SEQUENCE_NUMBER.option());
    assertThat(TrailedMessage.read(taken.body(), TrailerElements.SEQUENCE_NUMBER).id())
        .isEqualTo(9);
    assertThat(refusal(port, 0)).isEqualTo(KernReturn.RCV_TIMED_OUT);
    assertThat(refusal(0x7703, 0)).isEqualTo(KernReturn.RCV_INVALID_NAME);
  }
}
