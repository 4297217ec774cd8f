// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.util.Optional;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/**
 * A program at the door: its connection, and its end of the kernel socket until the kernel has said
 * whether it is a task. Each of the two ends lets go of it; a program that has gone meanwhile is
 * nobody's concern.
 */
final class WaitingPeer implements AutoCloseable {
  private final SeqpacketChannel program;
  private Optional<Descriptor> taskEnd = Optional.empty();

  private WaitingPeer(SeqpacketChannel program) {
    this.program = program;
  }

  /**
   * @param peer its connection, which stays the caller's
   */
  static WaitingPeer of(Descriptor peer) throws LinuxException {
    return new WaitingPeer(SeqpacketChannel.of(peer.duplicate(), PeerAnnouncement.MAX_BYTES));
  }

  void keep(Descriptor end) {
    taskEnd = Optional.of(end);
  }

  /** Hands it its kernel socket. */
  void admit() {
    int[] end = {taskEnd.orElseThrow().raw()};
    int unusedResult = program.send(new byte[1], 0, 1, end, end.length, WaitMode.DONT_WAIT);
    close();
  }

  /** Tells it why not. */
  void refuse(PeerAnswer answer) {
    byte[] bytes = answer.toBytes();
    int unusedResult = program.send(bytes, 0, bytes.length, WaitMode.DONT_WAIT);
    close();
  }

  @Override
  public void close() {
    taskEnd.ifPresent(Descriptor::close);
    program.close();
  }
}
