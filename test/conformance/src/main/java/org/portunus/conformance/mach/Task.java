// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.conformance.suite.Row.same;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.time.Patience;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;
import org.portunus.conformance.suite.Setting;
import org.portunus.system.port.PortName;

/** Short forms of what rows do with a task. */
record Task(TaskSocket kernel, Setting setting) {
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(20));

  /** How an operation ends. */
  static KernReturn result(Runnable operation) {
    try {
      operation.run();
      return KernReturn.SUCCESS;
    } catch (TaskSocket.Refused refused) {
      return refused.result();
    }
  }

  PortName port() {
    return kernel.allocate(RightKind.RECEIVE);
  }

  /** A port with a send right by the same name. */
  PortName sendable() {
    PortName name = port();
    kernel.insertRight(name, name, Disposition.MAKE_SEND);
    return name;
  }

  KernReturn insert(int name, PortName right, Disposition disposition) {
    return result(() -> kernel.insertRight(new PortName(name), right, disposition));
  }

  KernReturn send(PortDescriptor to, int id, PortDescriptor... rights) {
    return send(0, to, Optional.empty(), id, rights);
  }

  KernReturn send(
      long timeout,
      PortDescriptor to,
      Optional<PortDescriptor> reply,
      int id,
      PortDescriptor... rights) {
    OutgoingMessage message =
        new OutgoingMessage(timeout, to, reply, id, List.of(rights), new byte[] {(byte) id});
    return result(() -> kernel.send(message));
  }

  IncomingMessage receive(PortName name) {
    return kernel.receive(name, PATIENCE).orElseThrow(() -> new AssertionError("no message"));
  }

  KernReturn poll(PortName name) {
    try {
      return kernel.receive(name, Duration.ZERO).isPresent()
          ? KernReturn.SUCCESS
          : KernReturn.RCV_TIMED_OUT;
    } catch (TaskSocket.Refused refused) {
      return refused.result();
    }
  }

  int bits(PortName name) {
    return kernel.type(name);
  }

  static int bits(RightKind... kinds) {
    int mask = 0;
    for (RightKind kind : kinds) {
      mask |= kind.typeBit();
    }
    return mask;
  }

  /** Asks for a notification at a port of this task. */
  KernReturn request(PortName name, NotificationKind kind, int sync, PortName notify) {
    return result(() -> {
      Optional<PortName> previous =
          kernel.requestNotification(
              name, kind, sync, Optional.of(notify.as(Disposition.MAKE_SEND_ONCE)));
      previous.filter(PortName::isValid).ifPresent(kernel::deallocate);
    });
  }

  /** The next message must be this notification. */
  IncomingMessage notified(PortName at, NotificationKind kind) {
    IncomingMessage message = receive(at);
    same("notification", kind.number(), message.id());
    return message;
  }

  static int number(IncomingMessage message) {
    try {
      return new WireReader(message.data()).i32("number");
    } catch (MalformedFrameException none) {
      throw new AssertionError("a notification without its number", none);
    }
  }
}
