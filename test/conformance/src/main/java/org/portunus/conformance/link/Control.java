// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/**
 * What the judge and the two processes say to each other, over a socketpair of their own: a word, a
 * number of a case, a text, and descriptors.
 */
final class Control implements AutoCloseable {
  static final int CHILD = 10;
  private static final int MOST = 16 * 1024;

  private final SeqpacketChannel socket;
  private final ReceivedMessage incoming = new ReceivedMessage(MOST);

  /** What is said. */
  record Said(String word, int number, String text, List<Descriptor> descriptors) {}

  Control(Descriptor socket) throws LinuxException {
    this.socket = SeqpacketChannel.of(socket, MOST);
  }

  /** Descriptors stay the caller's. */
  synchronized void say(String word, int number, String text, Descriptor... descriptors) {
    int[] numbers = new int[descriptors.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = descriptors[i].raw();
    }
    String whole = text.length() > MOST / 4 ? text.substring(0, MOST / 4) : text;
    byte[] bytes = new WireWriter().string(word).i32(number).string(whole).toBytes();
    int sent = socket.send(bytes, 0, bytes.length, numbers, numbers.length, WaitMode.WAIT);
    if (sent < 0 && !word.isEmpty()) {
      throw new IllegalStateException("the other process is gone: error " + -sent);
    }
  }

  /** Waits for the next; empty when the other process is gone. One thread. */
  Optional<Said> hear() {
    int length = socket.receive(incoming, WaitMode.WAIT);
    if (length <= 0) {
      return Optional.empty();
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < incoming.descriptorCount(); i++) {
      descriptors.add(incoming.takeDescriptor(i));
    }
    byte[] bytes = new byte[length];
    MemorySegment.copy(incoming.data(), ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
    WireReader in = new WireReader(bytes);
    try {
      return Optional.of(
          new Said(
              in.string("word", MOST), in.i32("number"), in.string("text", MOST), descriptors));
    } catch (MalformedFrameException broken) {
      throw new IllegalStateException(broken);
    }
  }

  void shutdown() {
    int _ = socket.shutdown(org.portunus.linux.socket.UnixSocket.Direction.BOTH);
  }

  @Override
  public void close() {
    socket.close();
    incoming.close();
  }
}
