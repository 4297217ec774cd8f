// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.system.port.DescribedMessage;
import org.portunus.system.port.KernelMemory;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessages;
import org.portunus.system.port.PortName;
import org.portunus.system.port.VolatileMemory;

/** Memory that its producer goes on to write, sent by a task to itself. */
record VolatileTrials(KernelSocket kernel) {
  private static final long SIZE = 8192;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  String read() throws IOException {
    PortName port = kernel.allocate(RightKind.RECEIVE);
    try (Arena arena = Arena.ofConfined()) {
      VolatileMemory.Produced produced = VolatileMemory.create(kernel, SIZE, arena);
      produced.memory().fill((byte) 5);
      try (VolatileMemory right = produced.right()) {
        KernReturn sent = send(port, right.descriptor());
        if (sent != KernReturn.SUCCESS) {
          return "sent: " + sent;
        }
      }
      try (VolatileMemory received = receive(port)) {
        byte before = received.copy(SIZE - 1, 1)[0];
        produced.memory().set(ValueLayout.JAVA_BYTE, SIZE - 1, (byte) 6);
        byte after = received.copy(SIZE - 1, 1)[0];
        return "%d, then %d, beyond: %s, written: %s"
            .formatted(before, after, beyond(received), written(received.descriptor()));
      }
    } finally {
      kernel.destroy(port);
    }
  }

  private static String beyond(VolatileMemory memory) throws IOException {
    try {
      return memory.copy(SIZE - 1, 2).length + " bytes";
    } catch (PortunusException refused) {
      return refused.code().dotted();
    }
  }

  private static String written(Descriptor file) {
    try (Arena arena = Arena.ofConfined()) {
      return Mapping.map(file, 0, SIZE, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena)
              .byteSize()
          + " bytes";
    } catch (LinuxException refused) {
      return "errno " + refused.number();
    }
  }

  private KernReturn send(PortName port, Descriptor file) {
    MessageBody body = MessageBody.of(new MessagePart.VolatileMemory(SIZE, false));
    OutgoingMessage message =
        new OutgoingMessage(
            0, port.as(Disposition.MAKE_SEND), Optional.empty(), 1, List.of(), new byte[0]);
    try {
      new MachMessages(kernel).send(new ComplexMessage(0, message, body), List.of(file));
      return KernReturn.SUCCESS;
    } catch (KernelResultException refused) {
      return refused.result();
    }
  }

  private VolatileMemory receive(PortName port) {
    ReceiveQuestion question =
        new ReceiveQuestion(port.number(), PATIENCE_NANOS, 0, ReceiveQuestion.NO_LIMIT, 0);
    try (DescribedMessage message = new MachMessages(kernel).receive(question)) {
      return VolatileMemory.ofDescriptor(message.takeMemory(0));
    }
  }

  String refused() {
    PortName port = kernel.allocate(RightKind.RECEIVE);
    KernelMemory open = kernel.createMemory(SIZE);
    try (Descriptor file = open.file()) {
      String first = send(port, file).toString();
      String second;
      try (VolatileMemory unused = VolatileMemory.ofDescriptor(file.duplicate())) {
        second = unused.size() + " bytes";
      } catch (PortunusException refused) {
        second = refused.code().dotted();
      } catch (LinuxException failure) {
        second = failure.toString();
      }
      kernel.sealMemory(open);
      return first + ", " + second + ", sealed: " + send(port, file);
    } finally {
      kernel.destroy(port);
    }
  }
}
