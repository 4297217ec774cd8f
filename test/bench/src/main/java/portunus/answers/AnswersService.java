// SPDX-License-Identifier: Apache-2.0
package portunus.answers;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.PortRight;

/** The service. */
public final class AnswersService implements Answers {
  private final AtomicLong counted = new AtomicLong();
  private volatile @Nullable PortRight kept;

  @Override
  public PortRight open(boolean inSet) {
    KernelSocket kernel = KernelSocket.ofTask();
    PortName port = kernel.allocate(RightKind.RECEIVE);
    kernel.setQueueLimit(port, 1024);
    PortName from = port;
    if (inSet) {
      from = kernel.allocate(RightKind.PORT_SET);
      kernel.moveMember(port, from);
    }
    PortName source = from;
    Thread.ofPlatform().daemon().name("answers").start(() -> answer(kernel, source));
    kernel.insertRight(port, port, Disposition.MAKE_SEND);
    return PortRight.of(kernel, port, RightKind.SEND);
  }

  @Override
  public void keep(PortRight right) {
    kept = right.keep();
  }

  @Override
  public PortRight kept() {
    return Objects.requireNonNull(kept);
  }

  @Override
  public long counted() {
    return counted.get();
  }

  private void answer(KernelSocket kernel, PortName source) {
    try {
      MachMessage message = kernel.receive(source);
      while (true) {
        IncomingMessage content = message.content();
        Optional<PortDescriptor> reply = content.reply();
        if (reply.isPresent()) {
          message = kernel.answer(reply(content, reply.get()), source);
        } else {
          counted.incrementAndGet();
          message = kernel.receive(source);
        }
      }
    } catch (PortunusException ended) {
      // The task ends too.
    }
  }

  private static OutgoingMessage reply(IncomingMessage content, PortDescriptor to) {
    List<PortDescriptor> back =
        content.ports().stream()
            .map(right -> new PortDescriptor(right.name(), Disposition.MOVE_SEND))
            .toList();
    return new OutgoingMessage(
        OutgoingMessage.FOR_EVER,
        new PortDescriptor(to.name(), Disposition.MOVE_SEND_ONCE),
        Optional.empty(),
        content.id(),
        back,
        content.data());
  }
}
