// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.time.Duration;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;

/**
 * The part of a kernel socket that is about messages with options: one method for each operation,
 * as in {@link KernelSocket}.
 */
public final class MachMessages {
  private final Questions questions;

  public MachMessages(KernelSocket socket) {
    this.questions = socket.questions;
  }

  /**
   * MESSAGE_RECEIVE_OPTIONS: waits this long for a message, and asks for so much of its trailer.
   * RCV_TIMED_OUT when none came. Descriptors that came with it are closed.
   */
  public TrailedMessage receive(PortName name, Duration timeout, TrailerElements elements) {
    WireWriter body =
        new WireWriter()
            .i32(name.number())
            .i64(Math.max(0, timeout.toNanos()))
            .i32(elements.option());
    return questions.take(
        KernelOperation.MESSAGE_RECEIVE_OPTIONS,
        body,
        (in, descriptors) -> {
          descriptors.forEach(Descriptor::close);
          return TrailedMessage.read(in.fixed("message", in.remaining()), elements);
        });
  }
}
